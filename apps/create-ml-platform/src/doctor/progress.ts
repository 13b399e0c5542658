const WIDTH = 78;

/** Shows at a terminal, on standard error, what is still looked at; elsewhere nothing. */
export function showProgress(stream: NodeJS.WriteStream = process.stderr) {
  if (!stream.isTTY) return { progress: () => undefined, stop: () => undefined };
  const clear = () => stream.write('\r\u001b[K');
  return {
    progress: (titles: readonly string[]) => {
      clear();
      if (titles.length > 0) stream.write(`looking at ${titles.join(', ')} …`.slice(0, WIDTH));
    },
    stop: () => void clear(),
  };
}
