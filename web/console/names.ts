/** Names for the ids on a screen: people, tablets, districts. Who may not ask for them sees the ends of the ids. */
import { useMemo } from "preact/hooks";
import type { Device, District, PersonListed } from "../shared/wire.gen";
import { useAnswer } from "./data";
import { useMe } from "./me";
import { shortId } from "./values";

export interface Names {
  /** Names by id, of people, tablets and districts alike: ids never collide. */
  readonly by: ReadonlyMap<string, string>;
  /** The name under an id, or the end of the id. */
  readonly of: (id: string | null | undefined) => string;
}

/** The names that the person who looks may know. */
export function useNames(): Names {
  const { roles } = useMe();
  const mayAsk = roles.includes("supervisor") || roles.includes("administrator");
  const people = useAnswer<PersonListed[]>(mayAsk ? "/api/people" : null).data;
  const devices = useAnswer<Device[]>(mayAsk ? "/api/devices" : null).data;
  const districts = useAnswer<District[]>("/api/districts").data;
  return useMemo(() => {
    const all = [...(people ?? []), ...(devices ?? []), ...(districts ?? [])];
    const by = new Map(all.map((each) => [each.id, each.name]));
    return { by, of: (id) => (id ? (by.get(id) ?? shortId(id)) : "") };
  }, [people, devices, districts]);
}
