// Shows the view that the address names, as in #/sessions/12.

import { Unanswered } from './api.js';
import { showBooking, showBookings } from './booking_view.js';
import { element, showCarriedNotice, showOffline } from './page.js';
import { showSeats } from './seats_view.js';
import { showSessions } from './sessions_view.js';

const routes = [
  [/^\/?$/, showSessions],
  [/^\/sessions\/(\d+)$/, showSeats],
  [/^\/bookings$/, showBookings],
  [/^\/bookings\/([\w-]+)$/, showBooking],
];

let leave = new AbortController();
let isFirst = true;

function failed(error, again) {
  const view = document.getElementById('view');
  view.replaceChildren(element('h1', '', 'That did not work'));
  view.firstChild.tabIndex = -1;
  if (error instanceof Unanswered) {
    view.append(element('p', '', 'The server gave no answer. It may be starting or be away.'));
    const button = element('button', 'primary', 'Try again');
    button.addEventListener('click', again);
    view.append(button);
  } else {
    view.append(element('p', '', error.message));
    const link = element('a', '', 'All sessions');
    link.href = '#/';
    view.append(link);
  }
}

async function show() {
  leave.abort();
  leave = new AbortController();
  const { signal } = leave;
  showOffline(false);
  const path = location.hash.replace(/^#/, '');
  if (path === 'main') return;  // the skip link
  const [pattern, view] = routes.find(([form]) => form.test(path)) ?? routes[0];
  const root = document.getElementById('view');
  root.setAttribute('aria-busy', 'true');
  try {
    await view(signal, ...(pattern.exec(path) ?? []).slice(1));
  } catch (error) {
    if (signal.aborted) return;
    failed(error, show);
  }
  if (signal.aborted) return;
  root.removeAttribute('aria-busy');
  const heading = root.querySelector('h1');
  document.title = `${heading.textContent} – Cinema`;
  for (const link of document.querySelectorAll('nav a')) {
    if (link.hash === `#${path || '/'}`) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
  if (!isFirst) {
    window.scrollTo(0, 0);
    heading.focus({ preventScroll: true });
  }
  isFirst = false;
}

document.querySelector('.skip').addEventListener('click', (event) => {
  event.preventDefault();
  document.getElementById('main').focus();
});
window.addEventListener('hashchange', () => {
  showCarriedNotice();
  show();
});
show();
