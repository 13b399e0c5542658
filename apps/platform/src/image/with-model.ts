/** Where the bundle lies in the context, and where the model. */
export const SERVER_FOLDER = 'server';
export const MODEL_FOLDER = 'model';

/** Where a server without a registry finds its model: SageMaker's folder. */
const SERVED = '/opt/ml/model';

/**
 * The Dockerfile of a server whose context is its bundle, for a context that has the bundle in a folder of its own, and a
 * model beside it. The model is the last layer: another one changes no other.
 */
export function withModel(dockerfile: string, model: string): string {
  const moved = dockerfile.replaceAll(COPY, (line: string, flags: string, paths: string) => {
    if (/--from=/.test(flags)) return line;
    const [target = '', ...sources] = paths.trim().split(/\s+/).reverse();
    const prefixed = sources.reverse().map((source) => (source === '.' ? SERVER_FOLDER : `${SERVER_FOLDER}/${source}`));
    return `COPY ${flags}${[...prefixed, target].join(' ')}`;
  });
  const lines = [
    `COPY ${MODEL_FOLDER} ${SERVED}`,
    `ENV MODEL_NAME=${model}`,
    `CMD ${JSON.stringify(['--model-dir', SERVED, '--model', model])}`,
  ];
  return `${moved.trimEnd()}\n${lines.join('\n')}\n`;
}

/** An instruction on one line: `COPY --chown=7 a b ./`. */
const COPY = /^COPY ((?:--\S+ )*)(.+)$/gm;
