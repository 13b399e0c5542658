import type { RollOut } from './roll-out.ts';
import type { SmokeTest } from './smoke-test.ts';
import type { Verdict } from './verdict.ts';

/** What came of a deploy, as Markdown for a run's summary. */
export function rollOutText(rolled: RollOut): string {
  const { env, release, before, outcome, reason, smoke, canary, rollback, seconds } = rolled;
  const mark = outcome === 'deployed' ? '✅' : '❌';
  const rows = [
    ['release', code(release)],
    ['before', before === undefined ? 'none' : code(before)],
    ...(reason === undefined ? [] : [['why', cell(reason)]]),
    ...(rollback ? [['now', rollback.to === undefined ? 'none is served' : code(rollback.to)]] : []),
    ...(rollback?.problem === undefined ? [] : [['rollback', `**failed**: ${cell(rollback.problem)}`]]),
    ...(smoke ? [['smoke test', cell(smokeWords(smoke))]] : []),
    ...(canary ? [['canary', cell(canaryWords(canary))]] : []),
    ...(rollback?.smoke ? [['after the rollback', cell(smokeWords(rollback.smoke))]] : []),
    ['took', `${seconds} s`],
  ];
  const table = ['| | |', '| --- | --- |', ...rows.map(([name, text]) => `| ${name} | ${text} |`)].join('\n');
  return `### ${mark} Deploy to \`${env}\`: ${outcome}\n\n${table}\n${problemsText(canary)}`;
}

/** The same, for a terminal. */
export function rollOutLines({ env, release, outcome, reason, smoke, canary, rollback, seconds }: RollOut): string {
  const lines = [
    `${release} in ${env}: ${outcome} (${seconds} s)`,
    ...(smoke ? [`  smoke test  ${smokeWords(smoke)}`] : []),
    ...(canary ? [`  canary      ${canaryWords(canary)}`] : []),
    ...(reason === undefined ? [] : [`  why         ${reason}`]),
    ...(rollback ? [`  now         ${rollback.to ?? 'none'}${rollback.problem ? `: ${rollback.problem}` : ''}`] : []),
  ];
  return `${lines.join('\n')}\n`;
}

export function smokeWords({ problem, seconds, health, model, prediction }: SmokeTest): string {
  const healthy = health === undefined ? '' : `; /health ${health}`;
  if (problem !== undefined) return `failed after ${seconds.toFixed(1)} s: ${problem}${healthy}`;
  const said = JSON.stringify(prediction);
  return `answered after ${seconds.toFixed(1)} s as ${model?.name} ${model?.version}: ${said}${healthy}`;
}

function canaryWords({ probes, errors, errorPercent, p50, p95, others }: Verdict): string {
  const times = `p50 ${Math.round(p50)} ms, p95 ${Math.round(p95)} ms`;
  const other = others === 0 ? '' : `, ${others} answered by another model`;
  return `${probes} probes, ${errors} failed (${errorPercent.toFixed(1)} %), ${times}${other}`;
}

function problemsText(canary: Verdict | undefined): string {
  const lines = (canary?.problems ?? []).slice(0, 5).map(({ problem, count }) => `- ${count} × ${code(problem)}`);
  return lines.length === 0 ? '' : `\nWhat failed probes said:\n\n${lines.join('\n')}\n`;
}

function code(text: string): string {
  return `\`${cell(text).replaceAll('`', "'")}\``;
}

function cell(text: string): string {
  return text.replace(/\s+/g, ' ').replaceAll('|', '\\|');
}
