// Speaks with the server.

const triesMax = 6;
const firstPauseMs = 300;
const longestPauseMs = 5000;
const timeoutMs = 10_000;

/** The server said no, and why. `seats` are those at fault, if seats are. */
export class Refusal extends Error {
  constructor(status, problem) {
    super(problem?.error || `The server answered with status ${status}.`);
    this.status = status;
    this.type = problem?.type ?? '';
    this.seats = problem?.seats ?? [];
  }
}

/** No answer came that says what became of the request. Sending it again with its key is safe. */
export class Unanswered extends Error {}

/** How far the server's clock is ahead of this one, in milliseconds, to a second or so. */
export let clockAheadMs = 0;

async function readBody(response) {
  const text = await response.text();
  if (!text) return null;
  try {
    return JSON.parse(text);
  } catch {
    return null;  // a page of some proxy
  }
}

async function call(path, init) {
  let response, data;
  try {
    response = await fetch(path, {
      cache: 'no-store',
      signal: AbortSignal.timeout(timeoutMs),
      ...init,
    });
    data = await readBody(response);
  } catch {
    throw new Unanswered('The server cannot be reached.');
  }
  const date = Date.parse(response.headers.get('Date') ?? '');
  if (date) clockAheadMs = date + 500 - Date.now();  // the field tells whole seconds
  return { response, data };
}

function nextPage(response) {
  const link = /<([^>]*)>\s*;\s*rel="?next"?/.exec(response.headers.get('Link') ?? '');
  return link ? link[1] : null;
}

/** Reads; `unchanged` if the server still has the version that `etag` names. */
export async function get(path, { etag, secret } = {}) {
  const headers = { Accept: 'application/json' };
  if (etag) headers['If-None-Match'] = etag;
  if (secret) headers.Authorization = `Bearer ${secret}`;
  const { response, data } = await call(path, { headers });
  if (response.status === 304) return { unchanged: true };
  if (response.status >= 502) throw new Unanswered('The server is not ready.');
  if (!response.ok) throw new Refusal(response.status, data);
  return { data, etag: response.headers.get('ETag'), next: nextPage(response) };
}

function pauseBefore(attempt, response) {
  const asked = Number(response?.headers.get('Retry-After')) * 1000;
  const grown = firstPauseMs * 2 ** (attempt - 1) * (0.75 + Math.random() / 2);
  return Math.min(Math.max(grown, asked || 0), longestPauseMs);
}

/**
 * Changes something, once: where no answer comes, and with 502 to 504, it is sent again with the
 * same key. Throws Refusal, or Unanswered when it gave up; the same call may then be made again.
 */
export async function send(method, path, { body, key, secret, onRetry }) {
  const headers = { Accept: 'application/json', 'Idempotency-Key': key };
  if (body) headers['Content-Type'] = 'application/json';
  if (secret) headers.Authorization = `Bearer ${secret}`;
  const init = { method, headers, body: body && JSON.stringify(body) };
  for (let attempt = 1; ; ++attempt) {
    let response, data;
    try {
      ({ response, data } = await call(path, init));
    } catch (error) {
      if (attempt === triesMax) throw error;
    }
    if (response && response.status < 502) {
      if (!response.ok) throw new Refusal(response.status, data);
      return data;
    }
    if (attempt === triesMax) throw new Unanswered(data?.error ?? 'The server is not ready.');
    onRetry?.();
    await new Promise((done) => setTimeout(done, pauseBefore(attempt, response)));
  }
}

/** A key for one attempt. Outside of secure contexts browsers have no randomUUID. */
export function newKey() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
