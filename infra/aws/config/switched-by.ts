import type { STACK_CONFIG, Settings } from './settings.ts';

/** The sections that begin with a switch. */
type Switchable = {
  [Name in keyof typeof STACK_CONFIG.sections]: Settings[Name] extends { readonly enabled: boolean } ? Name : never;
}[keyof typeof STACK_CONFIG.sections];

type Switched = Pick<Settings, Switchable>;

/** Makes a part of the stack from its section, where that is switched on. */
export function switchedBy(settings: Switched) {
  return <Name extends Switchable, Part>(name: Name, make: (own: Switched[Name]) => Part): Part | undefined => {
    return settings[name].enabled ? make(settings[name]) : undefined;
  };
}
