// The seat map: a grid after the W3C's authoring practices. One seat is in the tab order; arrow
// keys move to the next seat across aisles, Space and Enter choose.

import { spokenMoney, splitLabel } from './format.js';

const rowsPerPage = 5;

export const statusWords = {
  free: 'free',
  held: 'on hold',
  sold: 'taken',
  blocked: 'not for sale',
};

export function kindOf(seat) {
  if (seat.kind) return seat.kind;
  return seat.accessible ? 'accessible' : 'standard';
}

const kindWords = { accessible: 'wheelchair space', companion: 'companion seat' };

/** "Row C, seat 7, standard, 9.50 EUR, free" */
export function seatName(seat, currency) {
  const { row, place } = splitLabel(seat.label);
  const parts = row ? [`Row ${row}`, `seat ${place}`] : [`Seat ${place}`];
  parts.push(seat.category);
  if (kindWords[kindOf(seat)]) parts.push(kindWords[kindOf(seat)]);
  parts.push(spokenMoney(seat.price, currency), statusWords[seat.status] ?? seat.status);
  return parts.join(', ');
}

/** An icon of the page's sprite. */
export function icon(name) {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('aria-hidden', 'true');
  const use = document.createElementNS('http://www.w3.org/2000/svg', 'use');
  use.setAttribute('href', `#icon-${name}`);
  svg.append(use);
  return svg;
}

export class SeatGrid {
  /** `onPress(seat)` is called when a seat is clicked or chosen by key, whatever its status. */
  constructor(table, { currency, categories, onPress }) {
    this.table = table;
    this.currency = currency;
    this.categories = categories;
    this.onPress = onPress;
    this.rows = [];           // rows of seats from the screen backwards, each from the left
    this.places = new Map();  // by seat number: {seat, button, rowIndex}
    this.column = null;       // where moving up and down tries to stay
    table.addEventListener('keydown', (event) => this.#onKey(event));
    table.addEventListener('click', (event) => {
      const place = this.#placeOf(event.target);
      this.column = null;
      if (place) this.onPress(place.seat);
    });
    table.addEventListener('focusin', (event) => {
      const place = this.#placeOf(event.target);
      if (place) this.#makeTabStop(place);
    });
  }

  get seats() {
    return Array.from(this.places.values(), (place) => place.seat);
  }

  seat(number) {
    return this.places.get(number)?.seat;
  }

  /** Shows another state of the same seats; returns those whose status changed, as they are now. */
  update(seats) {
    if (seats.length !== this.places.size || seats.some((seat) => !this.#isPlaced(seat))) {
      this.#build(seats);
      return seats;
    }
    const changed = seats.filter((seat) => seat.status !== this.seat(seat.seat_number).status);
    for (const seat of seats) this.places.get(seat.seat_number).seat = seat;
    for (const seat of changed) this.#draw(this.places.get(seat.seat_number));
    return changed;
  }

  setChosen(number, isChosen) {
    const place = this.places.get(number);
    if (!place) return;
    place.isChosen = isChosen;
    this.#draw(place);
  }

  /** Draws the eye to seats that were lost to somebody else. */
  flash(numbers) {
    for (const number of numbers) {
      const button = this.places.get(number)?.button;
      button?.classList.add('lost');
    }
  }

  #isPlaced(seat) {
    const known = this.seat(seat.seat_number);
    return known && known.row === seat.row && known.col === seat.col && known.label === seat.label
      && known.price === seat.price && known.category === seat.category;
  }

  #placeOf(element) {
    const number = element.closest?.('button[data-seat]')?.dataset.seat;
    return number && this.places.get(Number(number));
  }

  #build(seats) {
    const byRow = groupByRow(seats);
    const first = Math.min(...seats.map((seat) => seat.col));
    const last = Math.max(...seats.map((seat) => seat.col));
    this.rows = [];
    this.places.clear();
    const body = document.createElement('tbody');
    let rowBefore = null;
    for (const rowNumber of [...byRow.keys()].sort((a, b) => a - b)) {
      const rowSeats = byRow.get(rowNumber).sort((a, b) => a.col - b.col);
      const row = body.insertRow();
      if (rowBefore !== null && rowNumber > rowBefore + 1) row.className = 'after-aisle';
      rowBefore = rowNumber;
      this.#fillRow(row, rowSeats, first, last);
      this.rows.push(rowSeats.map((seat) => seat.seat_number));
    }
    this.table.replaceChildren(body);
    const places = [...this.places.values()];
    this.#makeTabStop(places.find((place) => place.seat.status === 'free') ?? places[0]);
  }

  #fillRow(row, seats, first, last) {
    const heading = document.createElement('th');
    heading.scope = 'row';
    heading.textContent = splitLabel(seats[0].label).row;
    row.append(heading);
    const byColumn = new Map(seats.map((seat) => [seat.col, seat]));
    for (let column = first; column <= last; ++column) {
      const cell = row.insertCell();
      const seat = byColumn.get(column);
      if (!seat) continue;
      const button = document.createElement('button');
      button.type = 'button';
      button.tabIndex = -1;
      button.dataset.seat = seat.seat_number;
      cell.append(button);
      const place = { seat, button, rowIndex: this.rows.length, isChosen: false };
      this.places.set(seat.seat_number, place);
      this.#draw(place);
    }
  }

  #draw({ seat, button, isChosen }) {
    const kind = kindOf(seat);
    const look = isChosen ? 'chosen' : seat.status;
    button.className = `seat ${look} ${kind} category-${this.categories.indexOf(seat.category)}`;
    button.setAttribute('aria-label', seatName(seat, this.currency));
    button.setAttribute('aria-pressed', String(isChosen));
    if (seat.status === 'free') button.removeAttribute('aria-disabled');
    else button.setAttribute('aria-disabled', 'true');
    button.title = `${seat.label}, ${statusWords[seat.status]}`;
    if (look !== 'free') button.replaceChildren(icon(look));
    else if (kind !== 'standard') button.replaceChildren(icon(kind));
    else button.replaceChildren(splitLabel(seat.label).place);
  }

  #makeTabStop(place) {
    if (!place) return;
    if (this.tabStop) this.tabStop.button.tabIndex = -1;
    place.button.tabIndex = 0;
    this.tabStop = place;
  }

  #onKey(event) {
    const place = this.#placeOf(event.target);
    if (!place || event.altKey || event.metaKey || event.shiftKey) return;
    const target = this.#target(event.key, event.ctrlKey, place);
    if (target === undefined) return;
    event.preventDefault();
    if (target === null) return;
    const moved = this.places.get(target);
    if (moved.rowIndex === place.rowIndex) this.column = null;
    else this.column ??= place.seat.col;
    moved.button.focus();
    moved.button.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }

  /** The seat a key leads to; null where there is none, undefined if the key does not move. */
  #target(key, isCtrl, { seat, rowIndex }) {
    const row = this.rows[rowIndex];
    const index = row.indexOf(seat.seat_number);
    if (isCtrl && key === 'Home') return this.rows[0][0];
    if (isCtrl && key === 'End') return this.rows.at(-1).at(-1);
    if (isCtrl) return undefined;
    switch (key) {
      case 'ArrowLeft': return row[index - 1] ?? null;
      case 'ArrowRight': return row[index + 1] ?? null;
      case 'ArrowUp': return this.#nearest(rowIndex - 1, seat.col);
      case 'ArrowDown': return this.#nearest(rowIndex + 1, seat.col);
      case 'PageUp': return this.#nearest(Math.max(0, rowIndex - rowsPerPage), seat.col);
      case 'PageDown':
        return this.#nearest(Math.min(this.rows.length - 1, rowIndex + rowsPerPage), seat.col);
      case 'Home': return row[0];
      case 'End': return row.at(-1);
      default: return undefined;
    }
  }

  #nearest(rowIndex, fromColumn) {
    const column = this.column ?? fromColumn;
    const distance = (number) => Math.abs(this.seat(number).col - column);
    return (this.rows[rowIndex] ?? []).reduce(
      (best, number) => (best === null || distance(number) < distance(best) ? number : best), null);
  }
}

function groupByRow(seats) {
  const rows = new Map();
  for (const seat of seats) rows.set(seat.row, [...(rows.get(seat.row) ?? []), seat]);
  return rows;
}
