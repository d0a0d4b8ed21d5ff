// What the views share: messages, templates, what this tab remembers, asking again and again.

import { Unanswered } from './api.js';

const slowestPauseMs = 15_000;

/** Shows a message above the view, which is also read out. No text: takes it away. */
export function notice(text, kind = 'trouble') {
  const box = document.getElementById('notice');
  if (!text) {
    box.replaceChildren();
    return;
  }
  const line = document.createElement('p');
  line.className = `notice ${kind}`;
  line.textContent = text;
  box.replaceChildren(line);
}

let carried = null;

/** Goes to a view, taking a message along. */
export function go(path, text, kind) {
  carried = text ? { text, kind } : null;
  location.hash = path;
}

/** After going: the message taken along replaces the one before. */
export function showCarriedNotice() {
  notice(carried?.text, carried?.kind);
  carried = null;
}

/** Has a screen reader say something that the page shows by other means. */
export function announce(text) {
  document.getElementById('announcer').textContent = text;
}

/** A copy of the template's content in place of the view. */
export function fill(template) {
  const view = document.getElementById('view');
  view.replaceChildren(document.getElementById(template).content.cloneNode(true));
  return view;
}

export function element(name, className, text) {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

const fallback = new Map();  // where the browser keeps nothing, until the page is left

function remember(name, value) {
  fallback.set(name, value);
  try {
    sessionStorage.setItem(`cinema.${name}`, JSON.stringify(value));
  } catch { /* the fallback has it */ }
}

function recall(name) {
  try {
    return JSON.parse(sessionStorage.getItem(`cinema.${name}`)) ?? fallback.get(name);
  } catch {
    return fallback.get(name);
  }
}

/** Bookings made in this tab, newest first: {id, secret, film, showtime, …}. */
export const bookings = {
  all: () => recall('bookings') ?? [],
  find: (id) => bookings.all().find((booking) => booking.id === id),
  keep: (booking) => remember('bookings',
    [booking, ...bookings.all().filter((other) => other.id !== booking.id)]),
};

/** Attempts to book that have not been answered yet, newest first: {session, key, body, labels}. */
export const attempts = {
  open: () => recall('attempts') ?? [],
  begin: (attempt) => remember('attempts', [attempt, ...attempts.open()]),
  end: ({ key }) => remember('attempts', attempts.open().filter((other) => other.key !== key)),
};

/** The name that was given last. */
export const guestName = {
  get: () => recall('name') ?? '',
  set: (value) => remember('name', value),
};

/** Says that the server cannot be reached, until it can; read out when it begins. */
export function showOffline(isOffline) {
  const box = document.getElementById('offline');
  if (isOffline === box.hasChildNodes()) return;
  box.replaceChildren(...(isOffline
    ? [element('p', 'notice trouble', 'No contact with the server. Trying again …')] : []));
}

/**
 * Calls `ask` every `intervalMs` until `signal` aborts: not while the page is hidden, at once when
 * it is shown again, more slowly while the server cannot be reached.
 */
export function poll(ask, intervalMs, signal) {
  let timer, running = false, pauseMs = intervalMs;
  const turn = async () => {
    clearTimeout(timer);
    if (running || document.hidden || signal.aborted) return;
    running = true;
    let isOffline = false;
    try {
      await ask();
    } catch (error) {
      isOffline = error instanceof Unanswered;
    }
    running = false;
    if (signal.aborted) return;
    showOffline(isOffline);
    pauseMs = isOffline ? Math.min(pauseMs * 2, slowestPauseMs) : intervalMs;
    timer = setTimeout(turn, pauseMs);
  };
  timer = setTimeout(turn, intervalMs);
  document.addEventListener('visibilitychange', turn, { signal });
  window.addEventListener('online', turn, { signal });
  signal.addEventListener('abort', () => clearTimeout(timer));
}
