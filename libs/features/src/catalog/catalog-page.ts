import { expressionOf, type Feature, type FeatureSetSpec, kindOf } from '../definition/feature-set.ts';
import { fingerprintOf } from '../definition/fingerprint.ts';
import type { ColumnStatistics, ReferenceStatistics } from '../statistics/reference-statistics.ts';

export interface CatalogEntry {
  readonly set: FeatureSetSpec;
  /** Shown beside the features, where they are given. */
  readonly statistics?: ReferenceStatistics;
}

/** One HTML page, with nothing to fetch, about some feature sets: what each value means, and how it is made. */
export function catalogPage(entries: readonly CatalogEntry[], title = 'Feature catalog'): string {
  const sorted = entries.toSorted((a, b) => (a.set.name < b.set.name ? -1 : 1));
  const links = sorted.map(({ set }) => `<li><a href="#${set.name}">${set.name}</a> ${escaped(set.description)}</li>`);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<header><h1>${escaped(title)}</h1></header>
<main>
<nav aria-label="Feature sets"><ul>
${links.join('\n')}
</ul></nav>
${sorted.map(section).join('\n')}
</main>
</body>
</html>
`;
}

const STYLE = `
body { font: 1rem/1.5 system-ui, sans-serif; color: #1a1a1a; background: #fff; margin: 2rem auto; max-width: 75rem; padding: 0 1rem; }
table { border-collapse: collapse; width: 100%; }
caption { text-align: left; padding: .5rem 0; }
th, td { text-align: left; vertical-align: top; padding: .4rem .8rem .4rem 0; border-bottom: 1px solid #767676; }
.scroll { overflow-x: auto; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1rem; }
dt { font-weight: 600; }
dd { margin: 0; }
code { font-family: ui-monospace, monospace; font-size: .9em; }
a { color: #0645ad; }
@media (prefers-color-scheme: dark) { body { color: #eee; background: #121212; } a { color: #8ab4f8; } }
`;

function section({ set, statistics }: CatalogEntry): string {
  const { name, description, owner, entity, timestamp, knownAfter, every, ttl } = set;
  const facts: readonly (readonly [string, string | undefined])[] = [
    ['Entity', escaped(entity.name)],
    ['Key', columnsOf(entity.key)],
    ['Owner', owner === undefined ? undefined : escaped(owner)],
    ['Time of an event', code(timestamp)],
    [
      'Known after',
      typeof knownAfter === 'object' ? `${code(knownAfter.minutes)} minutes` : escaped(knownAfter ?? 'no time'),
    ],
    ['Values change', every === undefined ? 'with each event' : `every ${escaped(every)}`],
    ['Without an event, they last', ttl === undefined ? 'without limit' : escaped(ttl)],
    ['Columns of an event', columnsOf(set.columns)],
    ['Definition', code(fingerprintOf(set))],
  ];
  const terms = facts.flatMap(([term, text]) => (text === undefined ? [] : [`<dt>${term}</dt><dd>${text}</dd>`]));
  const columns = ['Feature', 'Type', 'What it says', 'How', ...(statistics ? ['Missing', 'Values'] : [])];
  const rows = Object.entries(set.features).map((feature) => row(feature, statistics));
  return `<section id="${name}" aria-labelledby="${name}-title">
<h2 id="${name}-title">${name}</h2>
<p>${escaped(description)}</p>
<dl>
${terms.join('\n')}
</dl>
<div class="scroll" role="region" aria-labelledby="${name}-features" tabindex="0">
<table>
<caption id="${name}-features">Features of ${name}${statistics ? `, over ${statistics.rows.toLocaleString('en')} rows` : ''}</caption>
<thead><tr>${columns.map((column) => `<th scope="col">${column}</th>`).join('')}</tr></thead>
<tbody>
${rows.join('\n')}
</tbody>
</table>
</div>
</section>`;
}

function row([name, feature]: [string, Feature], statistics: ReferenceStatistics | undefined): string {
  const cells = [feature.type, escaped(feature.description), howOf(feature)];
  const found = statistics?.columns[name];
  const all = found === undefined ? cells : [...cells, share(found.nullShare), valuesOf(found)];
  return `<tr><th scope="row">${code(name)}</th>${all.map((cell) => `<td>${cell}</td>`).join('')}</tr>`;
}

function howOf(feature: Feature): string {
  const kind = kindOf(feature);
  const sql = code(expressionOf(feature));
  if (kind === 'sql') return sql;
  return 'over' in feature ? `${kind} of ${sql} over ${escaped(feature.over)}` : `latest ${sql}`;
}

function valuesOf(found: ColumnStatistics): string {
  if (found.kind === 'numeric') return `${found.min} to ${found.max}, mean ${found.mean}`;
  const [commonest] = Object.entries(found.shares);
  const most = commonest === undefined ? '' : `, most often ${code(commonest[0])} (${share(commonest[1])})`;
  return `${found.distinct} distinct${most}`;
}

function share(value: number): string {
  return `${(value * 100).toFixed(1)} %`;
}

function columnsOf(columns: Readonly<Record<string, string>>): string {
  return Object.entries(columns)
    .map(([name, type]) => `${code(name)} ${escaped(type)}`)
    .join(', ');
}

function code(text: string): string {
  return `<code>${escaped(text)}</code>`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}
