/** Who is signed in, with the postings that hold now. */
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Posting } from "../shared/wire.gen";
import type { Role } from "./rooms";

export interface Myself {
  readonly person: string;
  readonly name: string;
  readonly postings: readonly Posting[];
  readonly roles: readonly Role[];
}

/** Provided by the frame around the rooms. */
export const MeContext = createContext<Myself | null>(null);

/** Who looks at this room. Only within a room. */
export function useMe(): Myself {
  const me = useContext(MeContext);
  if (!me) throw new Error("nobody is signed in");
  return me;
}
