import { SlipwayError } from '../../../shared/errors.ts';

/** Replaces a secret. */
const HIDDEN = '[hidden]';
/** Shorter texts are not hidden, because they also occur in ordinary words. */
const SHORTEST = 8;
/** This many consecutive characters of a secret count as a piece of it, because others truncate what they quote. */
const PIECE = 16;
/** Besides the ones in use, the most recent of those renewed about every hour. */
const MOST_FORMS = 4000;
const BEGINNINGS = 2 ** 16;

/** The secrets of this process, so that none leaves it inside a text of others. */
export interface KnownSecrets {
  /** Adds keys, tokens and passwords. Undefined values and those below 8 characters are ignored. */
  add(...secrets: readonly (string | undefined)[]): void;
  /** User and password of an address, if it has them. */
  addUserInfoOf(address: string | undefined): void;
  /**
   * A text with `[hidden]` in the place of every secret and every piece of one of 16 characters or more; as it was
   * written, percent-encoded, escaped as JSON or HTML (once, the first two also twice), and within base64. Takes time that is linear in the text.
   */
  hide(text: string): string;
}

export function createKnownSecrets(): KnownSecrets {
  /** By their length: all pieces of long forms, the whole of short ones. */
  const pieces = new Map<number, Set<string>>();
  /** How pieces start, so that most places of a text are passed over at once. */
  const beginnings = new Uint8Array(BEGINNINGS);
  const forms = new Set<string>();

  function addForm(form: string): void {
    if (form.length < SHORTEST || forms.has(form)) return;
    if (forms.size >= MOST_FORMS) forgetAll();
    forms.add(form);
    const length = Math.min(form.length, PIECE);
    const known = pieces.get(length) ?? new Set();
    for (let at = 0; at + length <= form.length; at += 1) {
      known.add(form.slice(at, at + length));
      beginnings[beginningAt(form, at)] = 1;
    }
    pieces.set(length, known);
  }

  /** Too many were renewed. Those in use are added again by the next request. */
  function forgetAll(): void {
    forms.clear();
    pieces.clear();
    beginnings.fill(0);
  }

  /** Where what stands at a place of the text as a piece of a secret ends; the place itself where nothing does. */
  function endOfPiece(text: string, at: number): number {
    let end = at;
    if (beginnings[beginningAt(text, at)] === 0) return end;
    for (const [length, known] of pieces) {
      if (known.has(text.slice(at, at + length))) end = Math.max(end, at + length);
    }
    return end;
  }

  const add: KnownSecrets['add'] = (...secrets) => {
    for (const secret of secrets) {
      if (secret === undefined || secret.length < SHORTEST) continue;
      for (const form of formsOf(secret)) addForm(form);
    }
  };

  return {
    add,
    addUserInfoOf(address) {
      const url = address === undefined ? null : URL.parse(address);
      if (url === null || (url.username === '' && url.password === '')) return;
      add(url.username, url.password, percentDecoded(url.username), percentDecoded(url.password));
    },
    hide(text) {
      if (forms.size === 0) return text;
      let shown = '';
      let shownUpTo = 0;
      let hiddenUpTo = 0;
      for (let at = 0; at < text.length; at += 1) {
        const end = endOfPiece(text, at);
        if (end === at) continue;
        if (at >= hiddenUpTo) shown += text.slice(Math.max(shownUpTo, hiddenUpTo), at) + HIDDEN;
        hiddenUpTo = Math.max(hiddenUpTo, end);
        shownUpTo = hiddenUpTo;
      }
      return shownUpTo === 0 ? text : shown + text.slice(shownUpTo);
    },
  };
}

/** A number for the four characters at a place of a text. */
function beginningAt(text: string, at: number): number {
  let number = 0;
  for (let next = at; next < at + 4; next += 1) number = number * 31 + text.charCodeAt(next);
  // Beyond the end of the text it is not a number, which is 0 here.
  return number & (BEGINNINGS - 1);
}

/** How programs write a secret into URLs, JSON and HTML. Each encodes other characters than the next. */
function formsOf(secret: string): readonly string[] {
  // Half of a character, as JSON may have it, can't be percent-encoded.
  const percent = encodeURIComponent(secret.toWellFormed());
  const json = JSON.stringify(secret).slice(1, -1);
  const html = secret
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
  return [
    secret,
    percent,
    percent.replaceAll(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()),
    encodeURIComponent(percent),
    new URLSearchParams({ '': secret }).toString().slice(1),
    json,
    JSON.stringify(json).slice(1, -1),
    secret.replaceAll('/', String.raw`\/`),
    // Gson, System.Text.Json, and those that leave letters and digits only.
    jsonEscapes(secret, /[=&<>']/g),
    jsonEscapes(secret, /[+&<>'"`]/g, 'upper'),
    jsonEscapes(secret, /[^A-Za-z0-9]/g),
    jsonEscapes(secret, /[^A-Za-z0-9]/g, 'upper'),
    html,
    // HtmlEncoder of .NET, Mustache, and decimal references.
    html.replaceAll('+', '&#x2B;').replaceAll("'", '&#x27;'),
    html
      .replaceAll('/', '&#x2F;')
      .replaceAll('=', '&#x3D;')
      .replaceAll("'", '&#39;')
      .replaceAll('`', '&#x60;'),
    secret.replaceAll(/[^A-Za-z0-9]/g, (found) => `&#${found.charCodeAt(0)};`),
    ...withinBase64(secret),
  ];
}

/** The characters as `\u002b`, or as `\u002B`. */
function jsonEscapes(text: string, characters: RegExp, digits: 'lower' | 'upper' = 'lower'): string {
  return text.replaceAll(characters, (found) => {
    const hex = found.charCodeAt(0).toString(16).padStart(4, '0');
    return `\\u${digits === 'upper' ? hex.toUpperCase() : hex}`;
  });
}

/** How a secret looks inside of base64, wherever it starts in what was encoded: with 0, 1 or 2 bytes before it. */
function withinBase64(secret: string): readonly string[] {
  const bytes = Buffer.from(secret);
  return [0, 1, 2].flatMap((before) => {
    const text = Buffer.concat([Buffer.alloc(before), bytes])
      .toString('base64')
      .replaceAll('=', '');
    // The characters at both ends also depend on what stands beside it.
    const from = Math.ceil((before * 8) / 6);
    const to = Math.floor(((before + bytes.length) * 8) / 6);
    const certain = text.slice(from, to);
    return [certain, certain.replaceAll('+', '-').replaceAll('/', '_')];
  });
}

/** A text without its percent-encoding; as it is where that is malformed. */
export function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The same error, with the secrets hidden in what people and programs see of it. */
export function withoutSecrets(error: SlipwayError, secrets: KnownSecrets): SlipwayError {
  const { code, message, retryable, detail, cause } = error;
  const shown = secrets.hide(message);
  const shownDetail = hideInTexts(detail, secrets);
  if (shown === message && JSON.stringify(shownDetail) === JSON.stringify(detail)) return error;
  return new SlipwayError(code, shown, { retryable, detail: shownDetail, cause });
}

/** The same texts by their names, with the secrets hidden. */
export function hideInTexts(
  texts: Readonly<Record<string, string>>,
  secrets: KnownSecrets,
): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, secrets.hide(text)]));
}

/** A value of the contract with the secrets hidden in all of its texts. */
export function hideIn(value: unknown, secrets: KnownSecrets): unknown {
  if (typeof value === 'string') return secrets.hide(value);
  if (Array.isArray(value)) return value.map((item) => hideIn(item, secrets));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, hideIn(item, secrets)]));
}
