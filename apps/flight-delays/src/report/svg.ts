import { parse, resetSVGDefIds, View } from 'vega';
import { compile, type TopLevelSpec } from 'vega-lite';

const INK = '#1f2933';
const GRID = '#e4e7eb';

const config: NonNullable<TopLevelSpec['config']> = {
  font: 'system-ui, sans-serif',
  background: 'transparent',
  view: { stroke: null },
  axis: { labelColor: INK, titleColor: INK, gridColor: GRID, domainColor: GRID, tickColor: GRID, titleFontWeight: 500 },
  legend: { labelColor: INK, titleColor: INK, orient: 'top', title: null },
};

/** Draws the specs one after the other, so that ids are unique in a page and the same in every run. */
export async function renderSvgs<Name extends string>(
  specs: Readonly<Record<Name, TopLevelSpec>>,
): Promise<Record<Name, string>> {
  resetSVGDefIds();
  const drawn: [string, string][] = [];
  for (const [name, spec] of Object.entries<TopLevelSpec>(specs)) drawn.push([name, await renderSvg(spec)]);
  return Object.fromEntries(drawn) as Record<Name, string>;
}

async function renderSvg(spec: TopLevelSpec): Promise<string> {
  const view = new View(parse(compile({ ...spec, config }).spec), { renderer: 'none' });
  const svg = await view.toSVG();
  view.finalize();
  return svg;
}
