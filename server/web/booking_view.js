// A booking: what it is, how long it is held, confirming and cancelling it.

import { Refusal, clockAheadMs, get, newKey, send } from './api.js';
import { clock, day, listed, money, remaining } from './format.js';
import { announce, attempts, bookings, element, fill, notice } from './page.js';

const announcedSeconds = [120, 30];

const titles = {
  held: 'Seats on hold',
  confirmed: 'Booked',
  checked_in: 'Visited',
  cancelled: 'Cancelled',
  expired: 'The hold ran out',
};

const states = {
  confirmed: 'The seats are yours.',
  checked_in: 'The visitors have come.',
  cancelled: 'The seats are free for others again.',
  expired: 'The seats were not confirmed in time and are free for others again.',
};

class Booking {
  constructor(view, kept, reservation, signal) {
    this.view = view;
    this.kept = kept;
    this.reservation = reservation;
    this.signal = signal;
    this.path = `reservations/${reservation.id}`;
    this.keys = {};  // of the actions under way
    this.find = (selector) => view.querySelector(selector);
  }

  begin() {
    const { kept, reservation } = this;
    const when = `${day(kept.showtime, kept.time_zone)}, ${clock(kept.showtime, kept.time_zone)}`;
    for (const [name, text] of [['.film', kept.film], ['dd.when', when], ['.hall-name', kept.hall],
      ['.seats', listed(kept.labels)], ['dd.total', money(reservation.total, reservation.currency)],
      ['.id', reservation.id], ['.secret', kept.secret ?? '']])
      this.find(name).textContent = text;
    this.find('.proof').hidden = !kept.secret;
    this.find('.confirm').addEventListener('click', () => this.change('confirm'));
    this.find('.cancel').addEventListener('click', () => this.askToCancel());
    this.find('.ask').addEventListener('close', () => {
      if (this.find('.ask').returnValue === 'cancel') this.change('cancel');
    });
    const timer = setInterval(() => this.tick(), 1000);
    this.signal.addEventListener('abort', () => clearInterval(timer));
    this.draw();
  }

  get secondsLeft() {
    const until = Date.parse(this.reservation.held_until ?? '');
    return (until - Date.now() - clockAheadMs) / 1000;
  }

  draw() {
    const { status } = this.reservation;
    this.find('h1').textContent = titles[status] ?? status;
    document.title = `${titles[status] ?? status} – Cinema`;
    this.find('.state').dataset.status = status;
    this.find('.confirm').hidden = status !== 'held';
    this.find('.cancel').hidden = status !== 'held' && status !== 'confirmed';
    this.find('.cancel').textContent =
      status === 'held' ? 'Give the seats back' : 'Cancel the booking';
    if (status !== 'held') {
      this.find('.state').textContent = states[status] ?? '';
      return;
    }
    const until = clock(this.reservation.held_until, this.kept.time_zone);
    const left = element('strong', 'left', remaining(this.secondsLeft));
    left.setAttribute('role', 'timer');
    this.find('.state').replaceChildren(`Held for you until ${until}. Time left: `, left);
  }

  tick() {
    if (this.reservation.status !== 'held') return;
    const before = this.left ?? Infinity;
    this.left = this.secondsLeft;
    this.find('.left').textContent = remaining(this.left);
    for (const seconds of announcedSeconds)
      if (this.left <= seconds && before > seconds && before !== Infinity)
        announce(`${remaining(seconds)} left to confirm your seats.`);
    if (this.left <= -1) this.refresh().catch(() => {});
  }

  async refresh() {
    const { data } = await get(this.path, { secret: this.kept.secret });
    if (this.signal.aborted) return;
    const before = this.reservation.status;
    this.reservation = data;
    if (data.status === before) return;
    this.draw();
    if (data.status === 'expired') notice(states.expired, 'hint');
  }

  askToCancel() {
    if (this.reservation.status === 'held') this.change('cancel');
    else this.find('.ask').showModal();
  }

  /** Confirms or cancels, once. */
  async change(action) {
    if (this.running) return;
    this.running = true;
    this.keys[action] ??= newKey();
    const request = {
      key: this.keys[action],
      secret: this.kept.secret,
      onRetry: () => notice('No answer yet. Asking again …', 'quiet'),
    };
    try {
      const data = action === 'confirm' ? await send('POST', `${this.path}/confirm`, request)
        : await send('DELETE', this.path, request);
      delete this.keys[action];
      if (this.signal.aborted) return;
      this.reservation = { ...this.reservation, ...data };
      this.draw();
      notice(states[this.reservation.status] ?? '', action === 'confirm' ? 'good' : 'hint');
      this.find('h1').focus();
    } catch (error) {
      if (this.signal.aborted) return;
      if (error instanceof Refusal) delete this.keys[action];
      notice(error instanceof Refusal ? error.message
        : `${error.message} Try again: nothing is done twice.`);
      if (error instanceof Refusal) await this.refresh().catch(() => {});
    } finally {
      this.running = false;
    }
  }
}

export async function showBooking(signal, id) {
  const kept = bookings.find(id);
  if (!kept) throw new Error('This browser tab does not know this booking.');
  const { data } = await get(`reservations/${id}`, { secret: kept.secret });
  if (signal.aborted) return;
  new Booking(fill('booking-view'), kept, data, signal).begin();
}

export async function showBookings() {
  const list = fill('bookings-view').querySelector('.bookings');
  const lines = bookings.all().map((kept) => ({
    path: `#/bookings/${kept.id}`,
    text: `${kept.film}, ${day(kept.showtime, kept.time_zone)}, `
      + `${clock(kept.showtime, kept.time_zone)}: ${listed(kept.labels)}`,
  }));
  lines.unshift(...attempts.open().map(({ session, film, labels }) => ({
    path: `#/sessions/${session}`,
    text: `${film}: ${listed(labels)}, not answered yet`,
  })));
  for (const { path, text } of lines) {
    const item = element('li');
    const link = element('a', '', text);
    link.href = path;
    item.append(link);
    list.append(item);
  }
  if (lines.length === 0) list.replaceWith(element('p', '', 'None yet.'));
}
