/** The locked file of unsent work: for a tablet that breaks, and for one that its owner cannot unlock. */
import { FileLock2, HardDriveDownload } from "lucide-preact";
import { useState } from "preact/hooks";
import { clock } from "../../shared/format";
import { Button } from "../../shared/parts";
import { ltr } from "../../shared/words";
import { status } from "../state/field";
import { allow, canKeep, keep, kept, save, stop } from "../state/sealed";
import { sealedWords } from "../words/sealed";

/** Nothing while all is at the office. It shows nobody's work, so that it may stand on the locked screen too. */
export function SealedWork() {
  const t = sealedWords();
  const [said, setSaid] = useState<string | null>(null);
  const found = status.value;
  const unsent = (found?.onlyHere ?? 0) + (found?.photosHere.count ?? 0);
  if (unsent === 0 && kept.value === null) return null;

  async function saveIt(): Promise<void> {
    try {
      const name = await save();
      setSaid(name === null ? (unsent === 0 ? t.none : t.noKey) : t.saved(`\u2068${name}\u2069`, ltr(clock(Date.now()))));
    } catch (error) {
      console.error(error);
      setSaid(t.failed);
    }
  }

  return (
    <section class="card section stack" aria-labelledby="sealed" data-testid="sealed">
      <h2 id="sealed" class="line">
        <FileLock2 size={20} aria-hidden="true" />
        {t.title}
      </h2>
      <p>{t.why}</p>
      <div class="line wrap">
        <Button large icon={HardDriveDownload} data-testid="save-sealed" onClick={() => void saveIt()}>
          {t.save}
        </Button>
        {canKeep() && kept.value === null && (
          <Button look="quiet" large data-testid="keep-sealed" onClick={() => void keep()}>
            {t.keep}
          </Button>
        )}
      </div>
      <p role="status" data-testid="sealed-said">
        {said}
      </p>
      {canKeep() && <Kept />}
    </section>
  );
}

function Kept() {
  const t = sealedWords();
  const now = kept.value;
  if (now === null) return <p class="muted dense">{t.keepWhy}</p>;
  const name = `\u2068${now.name}\u2069`;
  return (
    <div class="line wrap">
      <p class="grow" data-testid="sealed-kept" data-current={now.at_ms === null ? "no" : "yes"}>
        {now.at_ms === null ? t.again(name) : t.current(name, ltr(clock(now.at_ms)))}
      </p>
      {now.at_ms === null && <Button onClick={() => void allow()}>{t.allow}</Button>}
      <Button look="quiet" onClick={() => void stop()}>
        {t.stop}
      </Button>
    </div>
  );
}
