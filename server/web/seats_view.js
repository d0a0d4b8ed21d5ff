// The seats of a session: choosing, booking, and what is said when somebody else was faster.

import { Refusal, Unanswered, get, newKey, send } from './api.js';
import { clock, day, listed, money, spokenMoney } from './format.js';
import {
  announce, attempts, bookings, element, fill, go, guestName, notice, poll,
} from './page.js';
import { SeatGrid, icon, kindOf, statusWords } from './seat_grid.js';

const seatsMax = 10;
const holdSeconds = 600;
const pollMs = 3000;

class SeatSale {
  constructor(view, session, signal) {
    this.view = view;
    this.session = session;
    this.signal = signal;
    this.path = `sessions/${session.id}/seats`;
    this.etag = null;
    this.chosen = new Set();  // seat numbers
    this.attempt = null;      // what was sent and is not answered
    this.find = (selector) => view.querySelector(selector);
  }

  begin({ data, etag }) {
    this.etag = etag;
    this.categories = [...new Set([...data].sort((a, b) => a.price - b.price)
      .map((seat) => seat.category))];
    this.grid = new SeatGrid(this.find('table'), {
      currency: this.session.currency,
      categories: this.categories,
      onPress: (seat) => this.press(seat),
    });
    this.grid.update(data);
    const frame = this.find('.map-frame');
    frame.scrollLeft = (frame.scrollWidth - frame.clientWidth) / 2;
    this.drawLegend();
    this.find('#name').value = guestName.get();
    this.find('form').addEventListener('submit', (event) => {
      event.preventDefault();
      this.book();
    });
    this.find('.hold').addEventListener('click', () => this.book({ hold: holdSeconds }));
    this.find('.again').addEventListener('click', () => this.finish());
    this.find('.give-up').addEventListener('click', () => this.giveUp());
    this.restore();
    this.draw();
    poll(() => this.refresh(), pollMs, this.signal);
  }

  // ---- choosing

  press(seat) {
    if (this.attempt) return;
    if (seat.status !== 'free') {
      announce(`Seat ${seat.label} is ${statusWords[seat.status]}.`);
      return;
    }
    if (!this.chosen.has(seat.seat_number) && this.chosen.size === seatsMax) {
      notice(`One booking takes at most ${seatsMax} seats.`, 'hint');
      return;
    }
    notice('');
    this.choose(seat.seat_number, !this.chosen.has(seat.seat_number));
    announce(this.chosen.size === 0 ? 'No seat chosen.'
      : `${this.chosen.size} chosen, ${spokenMoney(this.total, this.session.currency)}.`);
  }

  choose(number, isChosen) {
    if (isChosen) this.chosen.add(number);
    else this.chosen.delete(number);
    this.grid.setChosen(number, isChosen);
    this.draw();
  }

  get chosenSeats() {
    return [...this.chosen].sort((a, b) => a - b).map((number) => this.grid.seat(number));
  }

  get total() {
    return this.chosenSeats.reduce((sum, seat) => sum + seat.price, 0);
  }

  draw() {
    const { currency } = this.session;
    this.find('.no-choice').hidden = this.chosen.size > 0;
    this.find('.choice').replaceChildren(...this.chosenSeats.map((seat) => {
      const item = element('li');
      const remove = element('button', 'remove', '×');
      remove.type = 'button';
      remove.setAttribute('aria-label', `Remove seat ${seat.label}`);
      remove.addEventListener('click', () => {
        if (this.attempt) return;
        this.choose(seat.seat_number, false);
        (this.find('.choice button') ?? this.grid.tabStop.button).focus();
      });
      item.append(element('strong', '', seat.label), element('span', 'quiet', seat.category),
        element('span', 'price', money(seat.price, currency)), remove);
      return item;
    }));
    this.find('.total strong').textContent = money(this.total, currency);
    const isIdle = this.chosen.size > 0 && !this.attempt;
    for (const button of this.view.querySelectorAll('.reserve, .hold'))
      button.setAttribute('aria-disabled', String(!isIdle));
    this.find('form').classList.toggle('locked', Boolean(this.attempt));
  }

  drawLegend() {
    const { seats } = this.grid;
    const items = this.categories.map((category, index) => {
      const { price } = seats.find((seat) => seat.category === category);
      return [`free category-${index}`, null,
        `${category}, ${money(price, this.session.currency)}`];
    });
    for (const [kind, words] of [['accessible', 'wheelchair space'], ['companion', 'companion']])
      if (seats.some((seat) => kindOf(seat) === kind)) items.push([`free ${kind}`, kind, words]);
    items.push(['chosen', 'chosen', 'your choice'], ['sold', 'sold', statusWords.sold],
      ['held', 'held', statusWords.held]);
    if (seats.some((seat) => seat.status === 'blocked'))
      items.push(['blocked', 'blocked', statusWords.blocked]);
    this.find('.legend').replaceChildren(...items.map(([look, sign, words]) => {
      const item = element('li');
      const swatch = element('span', `seat ${look}`);
      if (sign) swatch.append(icon(sign));
      item.append(swatch, words);
      return item;
    }));
  }

  // ---- what others do

  async refresh() {
    const answer = await get(this.path, { etag: this.etag });
    if (answer.unchanged || this.signal.aborted) return;
    this.etag = answer.etag;
    this.grid.update(answer.data);
    if (this.attempt) return;  // what is taken now may be taken by us
    const lost = this.drop((seat) => seat.status !== 'free');
    if (lost.length > 0) notice(`${this.taken(lost)}${this.rest()}`);
  }

  /** Takes back the choice of the seats for which `isLost` holds; returns these. */
  drop(isLost) {
    const lost = this.chosenSeats.filter(isLost);
    for (const seat of lost) this.choose(seat.seat_number, false);
    this.grid.flash(lost.map((seat) => seat.seat_number));
    return lost;
  }

  taken(seats) {
    const labels = listed(seats.map((seat) => seat.label));
    return seats.length === 1 ? `Seat ${labels} has just been taken by somebody else.`
      : `Seats ${labels} have just been taken by others.`;
  }

  rest() {
    if (this.chosen.size === 0) return ' Please choose again.';
    return ` Still chosen: ${listed(this.chosenSeats.map((seat) => seat.label))}.`;
  }

  // ---- booking

  async book(more = {}) {
    if (this.attempt) return;
    if (this.chosen.size === 0) {
      notice('Choose at least one seat first.', 'hint');
      return;
    }
    const user = this.find('#name').value.trim();
    guestName.set(user);
    const seats = this.chosenSeats;
    this.attempt = {
      session: this.session.id,
      film: this.session.movie_title,
      key: newKey(),
      labels: seats.map((seat) => seat.label),
      body: {
        ...(user && { userId: user }),
        seats: seats.map((seat) => seat.seat_number),
        ...more,
      },
    };
    attempts.begin(this.attempt);
    await this.finish();
  }

  /** Sends the attempt until it is known what became of it. */
  async finish() {
    const sent = this.attempt;
    const { key, body, labels } = sent;
    this.showUnresolved(false);
    this.draw();
    notice('Booking …', 'quiet');
    try {
      const granted = await send('POST', `${this.path}/reserve`, {
        key,
        body,
        onRetry: () => notice('No answer yet. Asking again …', 'quiet'),
      });
      attempts.end(sent);
      this.granted(granted, labels);
    } catch (error) {
      if (error instanceof Refusal) attempts.end(sent);
      if (this.signal.aborted) return;
      if (error instanceof Refusal) {
        this.attempt = null;
        await this.refused(error);
      } else {
        this.showUnresolved(true);
        notice(`${error instanceof Unanswered ? error.message : 'Something went wrong.'} `
          + `It is not known whether ${listed(labels)} could be booked. `
          + 'Trying again is safe: nothing is booked twice.');
      }
    }
  }

  granted(reservation, labels) {
    bookings.keep({
      id: reservation.id,
      secret: reservation.secret,
      session: this.session.id,
      film: this.session.movie_title,
      showtime: this.session.showtime,
      time_zone: this.session.time_zone,
      hall: this.session.hall,
      labels,
    });
    const [text, kind] = reservation.status === 'held'
      ? [`${listed(labels)} are kept for you. Confirm in time, or they become free again.`, 'hint']
      : [`Done: ${listed(labels)}. Enjoy the film.`, 'good'];
    if (this.signal.aborted) notice(text, kind);
    else go(`#/bookings/${reservation.id}`, text, kind);
  }

  async refused(error) {
    const at = new Set(error.seats);
    const lost = this.drop((seat) => at.has(seat.seat_number));
    for (const seat of lost)
      this.grid.update(this.grid.seats.map((other) => (other.seat_number === seat.seat_number
        ? { ...other, status: 'sold', isReserved: true } : other)));
    this.draw();
    notice(error.status === 409 && lost.length > 0
      ? `${this.taken(lost)} Nothing was booked.${this.rest()}` : error.message);
    this.etag = null;
    try {
      await this.refresh();
    } catch { /* the next poll will do it */ }
  }

  // ---- an attempt without an answer

  showUnresolved(isUnresolved) {
    this.find('.actions').hidden = isUnresolved;
    this.find('.unresolved').hidden = !isUnresolved;
    if (isUnresolved) this.find('.again').focus();
  }

  giveUp() {
    attempts.end(this.attempt);
    this.attempt = null;
    notice('');
    this.showUnresolved(false);
    this.drop((seat) => seat.status !== 'free');
    this.draw();
    this.find('h1').focus();
  }

  /** After the page was left in the middle of an attempt. */
  restore() {
    const open = attempts.open().find(({ session }) => session === this.session.id);
    if (!open) return;
    this.attempt = open;
    for (const number of open.body.seats) if (this.grid.seat(number)) this.choose(number, true);
    this.showUnresolved(true);
    notice(`The page was left before it was known whether ${listed(open.labels)} could be `
      + 'booked. Try again to finish it: nothing is booked twice.', 'hint');
  }
}

export async function showSeats(signal, id) {
  const [{ data: session }, seats] =
    await Promise.all([get(`sessions/${id}`), get(`sessions/${id}/seats`)]);
  if (signal.aborted) return;
  const view = fill('seats-view');
  view.querySelector('h1').textContent = session.movie_title;
  view.querySelector('.when').textContent = `${day(session.showtime, session.time_zone)}, `
    + `${clock(session.showtime, session.time_zone)}, ${session.hall}`;
  new SeatSale(view, session, signal).begin(seats);
}
