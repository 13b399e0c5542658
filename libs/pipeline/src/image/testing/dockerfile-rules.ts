interface Instruction {
  readonly keyword: string;
  readonly value: string;
}

interface Stage {
  readonly name: string;
  readonly from: string;
  readonly instructions: readonly Instruction[];
}

/** What this repository asks of a Dockerfile beyond what BuildKit's linter does; one sentence per breach. */
export function breaches(dockerfile: string): string[] {
  const stages = stagesOf(dockerfile);
  return [...stages.flatMap((stage) => [...unpinned(stage, stages), ...fetched(stage)]), ...run(stages)];
}

function stagesOf(dockerfile: string): Stage[] {
  const lines = dockerfile.split('\n').filter((line) => !line.trimStart().startsWith('#'));
  const instructions = lines
    .join('\n')
    .replaceAll(/\\\n\s*/g, '')
    .split('\n')
    .flatMap(instruction);
  const starts = instructions.flatMap(({ keyword }, index) => (keyword === 'FROM' ? [index] : []));
  return starts.map((start, index) => {
    const [from = '', , name = String(index)] = instructions[start]?.value.split(/\s+/) ?? [];
    return { from, name, instructions: instructions.slice(start + 1, starts[index + 1]) };
  });
}

function instruction(line: string): Instruction[] {
  const [, keyword, value] = /^\s*([a-z]+)\s+(.*)$/i.exec(line) ?? [];
  return keyword === undefined || value === undefined ? [] : [{ keyword: keyword.toUpperCase(), value }];
}

/** Images that a stage starts from or copies from, unless they are stages of this file. */
function unpinned(stage: Stage, stages: readonly Stage[]): string[] {
  const images = [stage.from, ...copiedFrom(stage)].filter((image) => !stages.some(({ name }) => name === image));
  const loose = images.filter((image) => !/^[^:@$]+:(?!latest$)[\w.-]*\d[\w.-]*$/.test(image));
  return loose.map((image) => `image ${image}: expected a tag with a version`);
}

function copiedFrom({ instructions }: Stage): string[] {
  return instructions.flatMap(({ value }) => /^--from=(\S+)/.exec(value)?.[1] ?? []);
}

function fetched({ instructions }: Stage): string[] {
  const added = instructions.filter(({ keyword, value }) => keyword === 'ADD' && /\bhttps?:|\bgit@/.test(value));
  return added.map(({ value }) => `ADD ${value}: expected COPY, nothing from the network without a hash`);
}

/** Of the stages that are images, not material of others. */
function run(stages: readonly Stage[]): string[] {
  const used = stages.flatMap((stage) => [stage.from, ...copiedFrom(stage)]);
  return stages
    .filter(({ name }) => !used.includes(name))
    .flatMap((stage) => {
      const user = userOf(stage, stages);
      return /^[1-9]\d*(:\d+)?$/.test(user)
        ? []
        : [`stage ${stage.name} runs as ${user}: expected a number other than 0`];
    });
}

function userOf({ from, instructions }: Stage, stages: readonly Stage[]): string {
  const own = instructions.findLast(({ keyword }) => keyword === 'USER')?.value;
  const base = stages.find(({ name }) => name === from);
  return own ?? (base ? userOf(base, stages) : 'root');
}
