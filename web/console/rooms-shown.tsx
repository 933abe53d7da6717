/** The room that is open. */
import { ConflictsRoom } from "./conflicts/room";
import { OverviewRoom } from "./overview/room";
import { QuarantineRoom } from "./quarantine/room";
import { RecordRoom } from "./records/room";
import { FlagsRoom } from "./recovery/room";
import type { Room } from "./rooms";
import { TodayRoom } from "./today/room";

/** A room by its name. What more the address says, each room reads for itself. */
export function Rooms({ room }: { room: Room }) {
  switch (room) {
    case "today":
      return <TodayRoom />;
    case "conflicts":
      return <ConflictsRoom />;
    case "quarantine":
      return <QuarantineRoom />;
    case "flags":
      return <FlagsRoom />;
    case "overview":
      return <OverviewRoom />;
    case "records":
      return <RecordRoom />;
  }
}
