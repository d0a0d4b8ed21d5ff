// Amounts, times and seats as people read them.

const locale = 'en-GB';

/** The name of a seat's row and its place in it: "C7" gives C and 7. */
export function splitLabel(label) {
  const [, row, place] = /^(.*?)(\d*)$/.exec(label);
  return { row, place: place || label };
}

/** Digits behind the point: 2 for EUR, 0 for JPY. */
function fractionDigits(currency) {
  return new Intl.NumberFormat(locale, { style: 'currency', currency })
    .resolvedOptions().maximumFractionDigits;
}

/** An amount given in the currency's smallest unit, with its sign: "€9.50". */
export function money(minorUnits, currency) {
  return new Intl.NumberFormat(locale, { style: 'currency', currency })
    .format(minorUnits / 10 ** fractionDigits(currency));
}

/** The same as it is spoken: "9.50 EUR". */
export function spokenMoney(minorUnits, currency) {
  const digits = fractionDigits(currency);
  const number = new Intl.NumberFormat(locale, {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  }).format(minorUnits / 10 ** digits);
  return `${number} ${currency}`;
}

function formatter(options, timeZone) {
  try {
    return new Intl.DateTimeFormat(locale, { ...options, timeZone });
  } catch {
    return new Intl.DateTimeFormat(locale, { ...options, timeZone: 'UTC' });  // unknown zone
  }
}

/** "Tuesday 24 November", where the cinema is. */
export function day(time, timeZone) {
  return formatter({ weekday: 'long', day: 'numeric', month: 'long' }, timeZone)
    .format(new Date(time));
}

/** "19:30", where the cinema is; with the zone's name where the reader's clock differs. */
export function clock(time, timeZone) {
  const at = new Date(time);
  const options = { hour: '2-digit', minute: '2-digit' };
  const there = formatter(options, timeZone).format(at);
  const here = new Intl.DateTimeFormat(locale, options).format(at);
  if (there === here) return there;
  return formatter({ ...options, timeZoneName: 'short' }, timeZone).format(at);
}

/** "9:05" for 545 seconds. */
export function remaining(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}

/** "C7", "C7 and C8", "C7, C8 and C9". */
export function listed(words) {
  return new Intl.ListFormat(locale, { type: 'conjunction' }).format(words);
}

export function plural(count, one, many) {
  return `${count} ${count === 1 ? one : many}`;
}
