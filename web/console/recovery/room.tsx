/** The recovery officer's room: flagged employers, and one of them opened. */
import "./recovery.css";
import { parts } from "../router";
import { OpenedFlag } from "./opened";
import { FlagList } from "./list";

/** /console/flags is the ranked list, /console/flags/ID one employer. */
export function FlagsRoom() {
  const establishment = parts.value[1];
  return establishment ? <OpenedFlag establishment={establishment} key={establishment} /> : <FlagList />;
}
