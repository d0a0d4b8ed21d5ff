// Keeps what the documentation shows the same as what is compiled and run.
//
//     node tests/docs/snippets.mjs           says which fences differ from their source
//     node tests/docs/snippets.mjs --write   cuts them anew: a part of ./dev format
//
// A fence is named in the line above it: `<!-- snippet: examples/4_custom_store.cpp load -->`. In
// the source the region lies between two lines `//! [load]` (in CMake and shell `#! [load]`).
// Without a name it is the whole file. Marks in a region and its common indentation are left out.

import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
const mustBeCut = new Set(['cpp', 'c++', 'cmake', 'text']);

export const read = (path) => readFileSync(join(root, path), 'utf8');

/** README.md and all pages below docs, by their paths below the project's folder. */
export function pages() {
  const below = readdirSync(join(root, 'docs'), { recursive: true }).map((name) => `docs/${name}`);
  return ['README.md', ...below.filter((name) => name.endsWith('.md')).sort()];
}

/** The fences of a page: `first` to `last` are the lines between the two that mark it. */
export function fencesOf(lines) {
  const fences = [];
  for (let at = 0; at < lines.length; ++at) {
    const language = /^```(\S*)$/.exec(lines[at])?.[1];
    if (language === undefined) continue;
    const end = lines.indexOf('```', at + 1);
    if (end < 0) throw new Error(`line ${at + 1}: a fence without an end`);
    const cut = /^<!-- snippet: (\S+)(?: ([\w ]+))? -->$/.exec(lines[at - 1] ?? '');
    fences.push({ language, first: at + 1, last: end, path: cut?.[1], region: cut?.[2] });
    at = end;
  }
  return fences;
}

/** The fences of a page that say that they are run by this test, as texts. It runs all of them. */
export function walkOf(page, runner) {
  const lines = read(page).split('\n');
  return fencesOf(lines)
    .filter(({ first }) => lines[first - 2] === `<!-- run in: ${runner} -->`)
    .map(({ first, last }) => lines.slice(first, last).join('\n'));
}

/** The lines of a region of a source. */
export function cut(source, name) {
  const markOf = (line) => /^\s*(?:\/\/|#)! \[([\w ]+)\]$/.exec(line)?.[1];
  let lines = source.replace(/\n$/, '').split('\n');
  if (name !== undefined) {
    const marks = lines.flatMap((line, at) => (markOf(line) === name ? [at] : []));
    if (marks.length !== 2) throw new Error(`[${name}] is marked ${marks.length} times, not twice`);
    lines = lines.slice(marks[0] + 1, marks[1]);
  }
  lines = lines.filter((line) => markOf(line) === undefined);
  const indents = lines.filter((line) => line.trim()).map((line) => line.search(/\S/));
  return lines.map((line) => line.slice(Math.min(...indents)));
}

/** What is wrong with a page; `replaced` is the page with its fences cut anew. */
export function check(text, readSource = read) {
  const lines = text.split('\n');
  const complaints = [];
  let replaced = [...lines];
  // Backwards, so that a fence of another length moves none that is still to come.
  for (const { language, first, last, path, region } of fencesOf(lines).reverse()) {
    const shown = lines.slice(first, last);
    const complain = (what) => complaints.unshift(`${first}: ${what}`);
    if (path === undefined) {
      if (mustBeCut.has(language)) complain(`a fence of ${language} without a snippet line`);
      const header = language === 'http' ? shown.indexOf('') + 1 || shown.length : 0;
      const body = shown.slice(header);
      if (['json', 'http'].includes(language) && body.length > 0) {
        try {
          JSON.parse(body.join('\n'));
        } catch (error) {
          complain(`no JSON: ${error.message}`);
        }
      }
      continue;
    }
    try {
      const wanted = cut(readSource(path), region);
      if (wanted.join('\n') !== shown.join('\n')) complain(`differs from ${path} ${region ?? ''}`);
      replaced.splice(first, last - first, ...wanted);
    } catch (error) {
      complain(`${path}: ${error.message}`);
    }
  }
  return { complaints, replaced: replaced.join('\n') };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const isWriting = process.argv[2] === '--write';
  for (const page of pages()) {
    const text = read(page);
    const { replaced } = check(text);
    if (isWriting && replaced !== text) writeFileSync(join(root, page), replaced);
    for (const complaint of check(isWriting ? replaced : text).complaints) {
      console.error(`${page}:${complaint}`);
      process.exitCode = 1;
    }
  }
}
