/** The room that is open. */
import { CircleAlert } from "lucide-preact";
import { useErrorBoundary } from "preact/hooks";
import { Banner, Button } from "../shared/parts";
import { ConflictsRoom } from "./conflicts/room";
import { LawRoom } from "./law/room";
import { LeadsRoom } from "./leads/room";
import { OverviewRoom } from "./overview/room";
import { PeopleRoom } from "./people/room";
import { QuarantineRoom } from "./quarantine/room";
import { RecordRoom } from "./records/room";
import { FlagsRoom } from "./recovery/room";
import { RegistryRoom } from "./registry/room";
import type { Room } from "./rooms";
import { TabletsRoom } from "./tablets/room";
import { TrailRoom } from "./trail/room";
import { TodayRoom } from "./today/room";
import { roomNames, shellWords } from "./words/shell";

/** A room by its name. What more the address says, each room reads for itself. */
export function Rooms({ room }: { room: Room }) {
  const [failed, again] = useErrorBoundary();
  if (failed) return <Failed room={room} again={again} />;
  switch (room) {
    case "today":
      return <TodayRoom />;
    case "conflicts":
      return <ConflictsRoom />;
    case "quarantine":
      return <QuarantineRoom />;
    case "flags":
      return <FlagsRoom />;
    case "leads":
      return <LeadsRoom />;
    case "overview":
      return <OverviewRoom />;
    case "registry":
      return <RegistryRoom />;
    case "law":
      return <LawRoom />;
    case "tablets":
      return <TabletsRoom />;
    case "people":
      return <PeopleRoom />;
    case "trail":
      return <TrailRoom />;
    case "records":
      return <RecordRoom />;
  }
}

/** A fault in this page itself: the frame stays, and whoever works here is told. */
function Failed({ room, again }: { room: Room; again: () => void }) {
  const said = shellWords();
  return (
    <div class="page">
      <h1>{roomNames()[room]}</h1>
      <Banner tone="err" icon={CircleAlert} title={said.failed} action={<Button onClick={again}>{said.failedAgain}</Button>}>
        {said.failedMore}
      </Banner>
    </div>
  );
}
