/** The open conflicts of the supervisor's districts, as the server lists them. */
import type { Row } from "../../shared/wire.gen";
import { useList } from "../data";

/** All open conflicts. The navigation and the room ask the same question, once. */
export function useConflicts() {
  return useList<Row>("/api/conflicts", {}, (last) => last.record);
}
