/** The office does not talk with this app: what becomes of the work, and what to do. */
import { CircleArrowUp, ServerCog } from "lucide-preact";
import { Banner, Button } from "../../shared/parts";
import { draftsOpen } from "../state/drafts";
import { status } from "../state/field";
import { go } from "../state/route";
import { lookForUpdate, updateReady, useUpdate } from "../state/update";
import { frame } from "../words/frame";

/** Nothing where the office serves this app. Where the new version is here already, it is used from here. */
export function Unserved() {
  const said = frame();
  const unserved = status.value?.unserved ?? null;
  if (unserved === null) return null;
  if (unserved === "app-too-new") {
    return (
      <Banner tone="warn" icon={ServerCog} title={<span data-testid="app-too-new">{said.tooNew}</span>}>
        {said.tooNewDo}
      </Banner>
    );
  }
  const waits = updateReady.value && draftsOpen.value.size > 0;
  const action = (
    <div class="line wrap">
      {!waits && <Button onClick={() => void (updateReady.value ? useUpdate() : lookForUpdate())}>{said.update}</Button>}
      <Button look="quiet" onClick={() => go("#/arrivals")}>
        {said.carry}
      </Button>
    </div>
  );
  return (
    <Banner tone="warn" icon={CircleArrowUp} title={<span data-testid="app-too-old">{said.tooOld}</span>} action={action}>
      {said.tooOldDo} {waits && said.updateWaits}
    </Banner>
  );
}
