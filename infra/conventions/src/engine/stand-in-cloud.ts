import { isDeepStrictEqual } from 'node:util';
import { withoutMarks, withoutOutputs } from '../program/marks.ts';
import type { StandIn } from '../program/run-program.ts';
import { UNKNOWN } from '../program/unknown.ts';
import { readStore, writeStore } from './stand-in-store.ts';

export type Properties = Record<string, unknown>;

/** What can't be changed in a resource that is there: its name. */
const NAMES = ['name', 'namePrefix', 'bucket', 'identifier', 'clusterIdentifier'];

/**
 * A cloud that makes whatever it is asked for, and keeps it in one file. What is in the file and what Pulumi remembers
 * drift apart where a test edits it.
 *
 * `STAND_IN_FAILURE=create:lake` makes it fail to create what has `lake` in its name.
 */
export class StandInCloud {
  readonly #standIn: StandIn;
  readonly #file: string;

  constructor(standIn: StandIn, file: string) {
    this.#standIn = standIn;
    this.#file = file;
  }

  check(inputs: Properties): Properties {
    return withoutOutputs(inputs) as Properties;
  }

  /** Which properties differ, and which of them can't be changed. */
  diff(urn: string, olds: Properties, news: Properties): { changed: string[]; replaces: string[] } {
    const [before, after] = [withoutMarks(olds) as Properties, withoutMarks(news) as Properties];
    const made = this.#madeKeys(urn, news);
    const changed = Object.keys({ ...before, ...after }).filter((key) => {
      return !made.includes(key) && !isDeepStrictEqual(before[key], after[key]);
    });
    return { changed, replaces: changed.filter((key) => NAMES.includes(key)) };
  }

  /** Before it is there, what the cloud will make of it is unknown. */
  previewCreate(urn: string, inputs: Properties): Properties {
    return { ...inputs, ...Object.fromEntries(this.#madeKeys(urn, inputs).map((key) => [key, UNKNOWN])) };
  }

  create(urn: string, inputs: Properties): { id: string; outputs: Properties } {
    failIfAsked('create', urn);
    const { id, outputs } = this.#answer(urn, inputs);
    this.#keep(id, urn, inputs, outputs);
    return { id, outputs };
  }

  read(id: string, urn: string): { inputs: Properties; outputs: Properties } | undefined {
    const found = readStore(this.#file)[keyOf(urn, id)];
    if (!found) return undefined;
    const inputs = Object.fromEntries(found.given.map((key) => [key, found.outputs[key]]));
    return { inputs, outputs: { ...found.outputs } };
  }

  previewUpdate(urn: string, olds: Properties, news: Properties): Properties {
    return { ...Object.fromEntries(this.#madeKeys(urn, news).map((key) => [key, olds[key]])), ...news };
  }

  update(id: string, urn: string, olds: Properties, news: Properties): Properties {
    failIfAsked('update', urn);
    const outputs = this.previewUpdate(urn, olds, news);
    this.#keep(id, urn, news, outputs);
    return outputs;
  }

  delete(id: string, urn: string): void {
    failIfAsked('delete', urn);
    const { [keyOf(urn, id)]: _gone, ...rest } = readStore(this.#file);
    writeStore(this.#file, rest);
  }

  #answer(urn: string, inputs: Properties, again = 0): { id: string; outputs: Properties } {
    const logical = again === 0 ? nameOf(urn) : `${nameOf(urn)}-${again}`;
    const { id, state } = this.#standIn(typeOf(urn), logical, withoutMarks(inputs) as Properties);
    if (readStore(this.#file)[keyOf(urn, id)]) return this.#answer(urn, inputs, again + 1);
    return { id, outputs: { ...inputs, ...state } };
  }

  /** Names of the outputs that the cloud makes itself. */
  #madeKeys(urn: string, inputs: Properties): string[] {
    return Object.keys(this.#answer(urn, inputs).outputs).filter((key) => !(key in inputs));
  }

  #keep(id: string, urn: string, inputs: Properties, outputs: Properties): void {
    const store = readStore(this.#file);
    writeStore(this.#file, { ...store, [keyOf(urn, id)]: { urn, outputs, given: Object.keys(inputs) } });
  }
}

function failIfAsked(operation: string, urn: string): void {
  const [wanted, name = ''] = (process.env.STAND_IN_FAILURE ?? '').split(':');
  if (wanted === operation && nameOf(urn).includes(name)) {
    throw new Error(`the stand-in cloud was told to fail to ${operation} ${urn}`);
  }
}

/** `urn:pulumi:STACK::PROJECT::PARENT$TYPE::NAME` */
function typeOf(urn: string): string {
  return urn.split('::').at(-2)?.split('$').at(-1) ?? '';
}

function nameOf(urn: string): string {
  return urn.split('::').at(-1) ?? '';
}

function keyOf(urn: string, id: string): string {
  return `${typeOf(urn)} ${id}`;
}
