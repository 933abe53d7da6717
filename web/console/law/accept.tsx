/** The last step: why, and putting the row in force with the figures that were seen. */
import { Scale } from "lucide-preact";
import { useState } from "preact/hooks";
import { post, Problem } from "../../shared/api";
import { Button, Field, Trouble } from "../../shared/parts";
import type { LawInForce } from "../../shared/wire.gen";
import { changed } from "../data";
import { useMe } from "../me";
import { address, go } from "../router";
import { districtsOf } from "../rooms";
import type { Seen } from "./form";
import { lawWords } from "./words";

export function Accept({ seen, busy, onMeanwhile }: { seen: Seen; busy: boolean; onMeanwhile: () => void }) {
  const said = lawWords();
  const { roles, postings } = useMe();
  const [why, setWhy] = useState("");
  const [missing, setMissing] = useState(false);
  const [sending, setSending] = useState(false);
  const [problem, setProblem] = useState<unknown>(null);
  const may = roles.includes("administrator") && districtsOf(postings, "administrator") === null;

  const accept = async (event: Event) => {
    event.preventDefault();
    setMissing(!why.trim());
    if (!why.trim() || !may || busy || sending) return;
    setSending(true);
    setProblem(null);
    try {
      const done = await post<LawInForce>("/api/statute", { rows: [seen.row], reason: why.trim(), accepted: seen.impact.figures });
      await changed();
      go(address(["law", "rows", seen.row.id], { visits: done.rows === 0 ? "same" : String(done.visits) }));
    } catch (caught) {
      if (caught instanceof Problem && caught.code === "changed-meanwhile") onMeanwhile();
      else setProblem(caught);
    }
    setSending(false);
  };
  if (!may) return <p class="decide muted">{said.onlyAdministrator}</p>;
  return (
    <form class="decide" onSubmit={(event) => void accept(event)}>
      {problem !== null && <Trouble problem={problem} />}
      <div class="line wrap law-accept">
        <div class="decide__note">
          <Field label={said.whyLabel} hint={said.whyHint} wrong={missing ? said.whyMissing : null}>
            {(ids) => <input {...ids} class="input" dir="auto" maxLength={2000} autocomplete="off" value={why} data-testid="law-why" onInput={(event) => setWhy(event.currentTarget.value)} />}
          </Field>
        </div>
        <Button look="main" type="submit" icon={Scale} aria-busy={sending || busy} data-testid="law-accept">
          {said.accept}
        </Button>
      </div>
    </form>
  );
}
