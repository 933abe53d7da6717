/** Carrying in the locked file that a tablet saved, and what became of those that were carried in. */
import { FileLock2 } from "lucide-preact";
import { useRef, useState } from "preact/hooks";
import { whole } from "../../shared/format";
import { send } from "../../shared/api";
import { Banner, Button, Trouble } from "../../shared/parts";
import type { CarriedIn, SealedListed } from "../../shared/wire.gen";
import { changed, useAnswer } from "../data";
import { when } from "../values";
import { tabletWords } from "./words";

export function CarryIn() {
  const said = tabletWords();
  const input = useRef<HTMLInputElement>(null);
  const [busy, setBusy] = useState(false);
  const [found, setFound] = useState<CarriedIn | null>(null);
  const [problem, setProblem] = useState<unknown>(null);
  const take = async (file: File | undefined) => {
    if (file === undefined || busy) return;
    setBusy(true);
    setProblem(null);
    setFound(null);
    try {
      setFound(await send<CarriedIn>("/api/sync/sealed", file));
    } catch (caught) {
      setProblem(caught);
    }
    setBusy(false);
    await changed();
  };
  return (
    <section class="card" aria-labelledby="carry-in">
      <h2 id="carry-in">{said.carry}</h2>
      <div class="stack tablets-carry__in">
        <p>{said.carryWhat}</p>
        <div class="line wrap">
          <Button icon={FileLock2} aria-busy={busy} data-testid="carry-in" onClick={() => input.current?.click()}>
            {said.choose}
          </Button>
          <span role="status">{busy ? said.carrying : ""}</span>
        </div>
        <input
          ref={input}
          class="visually-hidden"
          type="file"
          tabIndex={-1}
          aria-label={said.choose}
          data-testid="carry-in-file"
          onChange={(event) => {
            const { files } = event.currentTarget;
            void take(files?.[0]);
            event.currentTarget.value = "";
          }}
        />
        {problem !== null && <Trouble problem={problem} />}
        {found !== null && <Found found={found} />}
        <Brought />
      </div>
    </section>
  );
}

function Found({ found }: { found: CarriedIn }) {
  const said = tabletWords();
  const name = `\u2068${found.device_name ?? said.unknownTablet}\u2069`;
  const title = found.state === "taken" ? said.taken(name) : found.state === "part" ? said.part(name) : said.kept;
  return (
    <div data-testid="carried-in" data-state={found.state}>
      <Banner tone={found.state === "taken" ? "ok" : "warn"} title={title}>
        {said.counts(whole(found.arrived ?? 0), whole(found.known ?? 0), whole(found.set_aside ?? 0), whole(found.photos ?? 0))} <bdi>{found.detail}</bdi>
      </Banner>
    </div>
  );
}

function Brought() {
  const said = tabletWords();
  const list = useAnswer<SealedListed[]>("/api/sealed").data;
  if (list === undefined || list.length === 0) return null;
  const states: Readonly<Record<string, string>> = { taken: said.stateTaken, part: said.statePart, kept: said.stateKept };
  return (
    <>
      <h3>{said.brought}</h3>
      <ul class="plain">
        {list.map((each) => (
          <li key={each.id} data-testid="sealed-file" data-state={each.state}>
            {when(each.received_ms)} · <bdi>{each.device_name ?? said.unknownTablet}</bdi> · {states[each.state] ?? each.state}{" "}
            {each.detail !== null && (
              <span class="muted">
                <bdi>{each.detail}</bdi>
              </span>
            )}
          </li>
        ))}
      </ul>
    </>
  );
}
