// What is on: sessions by day, with their free seats.

import { clockAheadMs, get } from './api.js';
import { clock, day, plural } from './format.js';
import { element, fill, poll } from './page.js';

const pollMs = 5000;

function availability(session) {
  const free = session.seats_free;
  if (free === 0) return { text: 'sold out', className: 'full' };
  return {
    text: `${free} of ${plural(session.seats_total, 'seat', 'seats')} free`,
    className: free * 5 < session.seats_total ? 'few' : 'many',
  };
}

function row(session) {
  const { text, className } = availability(session);
  const item = element('li');
  item.dataset.session = session.id;
  const link = element('a', 'session');
  link.href = `#/sessions/${session.id}`;
  const time = element('time', '', clock(session.showtime, session.time_zone));
  time.dateTime = session.showtime;
  link.append(
    time,
    element('span', 'unseen', ', '),
    element('strong', '', session.movie_title),
    element('span', 'unseen', ', '),
    element('span', 'hall-name', session.hall),
    element('span', 'unseen', ', '),
    element('span', `free ${className}`, text),
  );
  item.append(link);
  return item;
}

/** Draws the list anew, or only the numbers of free seats where nothing else changed. */
function draw(days, sessions) {
  const ids = (list) => list.join();
  const shown = [...days.querySelectorAll('li')].map((item) => item.dataset.session);
  if (sessions.length > 0 && ids(shown) === ids(sessions.map((session) => session.id))) {
    for (const session of sessions) {
      const { text, className } = availability(session);
      const free = days.querySelector(`[data-session="${session.id}"] .free`);
      if (free.textContent !== text) free.textContent = text;
      free.className = `free ${className}`;
    }
    return;
  }
  days.replaceChildren();
  if (sessions.length === 0) days.append(element('p', 'quiet', 'No session is on sale now.'));
  let list, heading;
  for (const session of sessions) {
    const its = day(session.showtime, session.time_zone);
    if (its !== heading) {
      heading = its;
      list = element('ul', 'sessions');
      days.append(element('h2', '', heading), list);
    }
    list.append(row(session));
  }
}

function page(path) {
  return { path, sessions: [], etag: null, next: null };
}

/** The list from the hour before on: what began then may still be on sale. */
function upcoming() {
  const hour = 3_600_000;
  const from = Math.floor((Date.now() + clockAheadMs) / hour - 1) * hour;
  return page(`sessions?from=${new Date(from).toISOString()}`);
}

export async function showSessions(signal) {
  let pages = [upcoming()];

  async function ask() {
    for (const one of pages) {
      const answer = await get(one.path, { etag: one.etag });
      if (answer.unchanged) continue;
      Object.assign(one, { sessions: answer.data, etag: answer.etag, next: answer.next });
    }
  }

  await ask();
  if (pages[0].sessions.length === 0) {  // then what has been shown is better than nothing
    pages = [page('sessions')];
    await ask();
  }
  if (signal.aborted) return;
  const view = fill('sessions-view');
  const days = view.querySelector('.days');
  const more = view.querySelector('.more');
  const redraw = () => {
    if (signal.aborted) return;
    draw(days, pages.flatMap((one) => one.sessions));
    more.hidden = !pages.at(-1).next;
  };
  redraw();

  more.addEventListener('click', async () => {
    const before = days.querySelectorAll('li').length;
    pages = [...pages, page(pages.at(-1).next)];
    try {
      await ask();
    } catch {
      pages = pages.slice(0, -1);
    }
    redraw();
    days.querySelectorAll('li a')[before]?.focus();
  });
  poll(async () => {
    await ask();
    redraw();
  }, pollMs, signal);
}
