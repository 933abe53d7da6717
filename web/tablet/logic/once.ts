/** Work that may be asked for twice and must be done once. */

const underWay = new Map<string, Promise<unknown>>();

/**
 * Do the work of this name, unless it is under way: then give what that one gives. The name is taken before anything
 * is waited for, so that two presses in the same moment are one. Once it has ended, well or badly, it may begin anew.
 */
export function once<T>(name: string, work: () => Promise<T>): Promise<T> {
  const found = underWay.get(name);
  // A name belongs to one kind of work, so what is under way gives this type.
  if (found !== undefined) return found as Promise<T>;
  const begun = work().finally(() => underWay.delete(name));
  underWay.set(name, begun);
  return begun;
}
