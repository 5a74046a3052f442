/** Subject mappings of an account: published subjects renamed, split by weight. */
import { hasWildcard, subsetTokens, validSubject } from '../config/subjects.ts';
import { toBinary } from '../core/text.ts';
import type { MappingDestination } from '../options.ts';
import { type Destination, type Mapping, SharingError } from './model.ts';
import { createMapping, createTransform, placeholders } from './transform.ts';

/**
 * Builds a mapping. Weights that do not add up to 100 leave the rest on the subject itself, unless that is named as
 * a destination too: then the rest is lost on purpose. Destinations for clusters count for no cluster here.
 */
export function buildMapping(sourceText: string, list: readonly MappingDestination[]): Mapping {
  const source = toBinary(sourceText);
  if (!validSubject(source)) throw new SharingError('invalid subject');
  const wild = hasWildcard(source);
  const seen = new Set<string>();
  const totals = new Map<string, number>();
  const destinations: { made: Destination; weight: number }[] = [];
  for (const d of list) {
    const subject = toBinary(d.subject);
    if (seen.has(subject)) throw new SharingError(`duplicate entry for ${JSON.stringify(d.subject)}`);
    seen.add(subject);
    if (d.weight > 100) throw new SharingError('individual weights need to be <= 100');
    const cluster = d.cluster ?? '';
    const total = (totals.get(cluster) ?? 0) + d.weight;
    if (total > 100) throw new SharingError('total weight needs to be <= 100');
    totals.set(cluster, total);
    const transform = createMapping(source, subject);
    if (cluster === '') destinations.push({ made: { transform, upTo: 0 }, weight: d.weight });
  }
  const total = destinations.reduce((sum, d) => sum + d.weight, 0);
  if (total !== 100 && !seen.has(source)) {
    const transform = createTransform(source, wild ? placeholders(source) : source);
    destinations.push({ made: { transform, upTo: 0 }, weight: destinations.length === 0 ? 100 : 100 - total });
  }
  destinations.sort((a, b) => a.weight - b.weight);
  let upTo = 0;
  for (const d of destinations) {
    upTo += d.weight;
    d.made.upTo = upTo;
  }
  return { source, wild, destinations: destinations.map((d) => d.made) };
}

/** The function an account's publish path calls; null when there is nothing to map. '' means the message is dropped. */
export function mapper(mappings: readonly Mapping[]): ((subject: string) => string) | null {
  if (mappings.length === 0) return null;
  const compiled = mappings.map((m) => ({ ...m, tokens: m.source.split('.') }));
  return (subject) => {
    let tokens: string[] | null = null;
    for (const m of compiled) {
      if (m.wild || m.source !== subject) {
        tokens ??= subject.split('.');
        if (!subsetTokens(tokens, m.tokens)) continue;
      }
      const list = m.destinations;
      if (list.length === 1 && list[0]!.upTo === 100)
        return list[0]!.transform.applyTokens(tokens ?? subject.split('.'));
      const pick = Math.floor(Math.random() * 100);
      for (const d of list) if (pick < d.upTo) return d.transform.applyTokens(tokens ?? subject.split('.'));
      return '';
    }
    return subject;
  };
}
