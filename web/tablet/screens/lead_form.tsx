/** A new lead: somebody who should be registered and is not. Kept at every key, captured without a network. */
import { Save } from "lucide-preact";
import { useEffect, useState } from "preact/hooks";
import { today } from "../../shared/format";
import { Banner, Button, Field, Loading } from "../../shared/parts";
import type { Person } from "../../sync/tablet";
import { beginLead, districtSaid, districtsOf, faultOf, leadKey, type LeadDraft, type TextField, untouched, WHATS, withCnic } from "../logic/lead";
import type { Keeping } from "../logic/keeping";
import { dayOf } from "../logic/today";
import { otherDraft } from "../state/drafts";
import { newId, officeNowMs, useAsked } from "../state/field";
import { dropLead, keepLead } from "../state/leads";
import { go, LEADS } from "../state/route";
import { leadWords } from "../words/leads";
import { Count, Position } from "./report";
import { Shell } from "./shell";
import { Kept } from "./visit";

const TEXT_MAX = 300;
const REMARKS_MAX = 8000;

export function NewLead({ who }: { who: Person }) {
  const t = leadWords();
  const [keeping, setKeeping] = useState<Keeping<LeadDraft> | null>(null);
  const districts = districtsOf(who.postings, officeNowMs());
  useEffect(() => {
    let stale = false;
    void otherDraft(leadKey(who.id), beginLead(newId(), districts), untouched).then((made) => stale || setKeeping(made));
    return () => void (stale = true);
  }, [who.id]);
  return (
    <Shell title={t.newTitle} back="#/">
      {keeping === null ? <Loading /> : <Form who={who} keeping={keeping} districts={districts} />}
    </Shell>
  );
}

interface Unit {
  readonly visit: string;
  readonly name: string;
}

/** The units of the day's visits: what is found there is noted with them. */
function useUnits(who: Person): readonly Unit[] {
  const now = today(officeNowMs());
  const found = useAsked(async (from) => {
    const { stops } = dayOf(await from.list("visit"), who.id, now, new Set());
    return Promise.all(stops.map(async ({ visit, establishment }) => ({ visit: visit.record, name: String((await from.shown(establishment))?.["name"] ?? "") })));
  }, `units ${who.id} ${now}`);
  return found ?? [];
}

function Form({ who, keeping, districts }: { who: Person; keeping: Keeping<LeadDraft>; districts: readonly string[] }) {
  const t = leadWords();
  const draft = keeping.value.value;
  const units = useUnits(who);
  const [state, setState] = useState<"rest" | "working" | "failed">("rest");
  // Over the latest of the draft: a position comes half a minute after it was asked for.
  const set = (some: Partial<LeadDraft>): void => keeping.change({ ...keeping.value.peek(), ...some });
  const fault = faultOf(draft);
  const blocked = districts.length === 0 ? t.noDistrict : fault && { what: t.missingWhat, name: t.missingName, district: t.missingDistrict, cnic: t.cnic }[fault];
  const text = { draft, set };

  async function keep(): Promise<void> {
    if (state === "working") return;
    setState("working");
    try {
      await keepLead(who.id, keeping);
      go(LEADS);
    } catch (error) {
      console.error(error);
      setState("failed");
    }
  }

  return (
    <>
      {state === "failed" && <Banner tone="err" title={t.failed} />}
      <div class="questions">
        <div class="stack">
          <fieldset class="card ask" aria-labelledby="lead-what">
            <h2 id="lead-what">{t.what}</h2>
            <div class="months">
              {WHATS.map((what) => (
                <button key={what} type="button" class="toggle" aria-pressed={draft.what === what} data-testid={`lead-what-${what}`} onClick={() => set({ what })}>
                  {t[what]}
                </button>
              ))}
            </div>
            {units.length > 0 && (draft.what === "workers" || draft.what === "contractor") && (
              <Field label={t.atVisit}>
                {(ids) => (
                  <select {...ids} class="input" data-testid="lead-visit" value={draft.visit} onChange={(event) => set({ visit: event.currentTarget.value })}>
                    <option value="">{t.noVisit}</option>
                    {units.map(({ visit, name }) => (
                      <option key={visit} value={visit}>
                        {name}
                      </option>
                    ))}
                  </select>
                )}
              </Field>
            )}
          </fieldset>
          <div class="card ask">
            <Text {...text} field="name" label={t.name} hint={t.nameHint} />
            <Text {...text} field="address" label={t.address} />
            {districts.length > 1 && (
              <Field label={t.district}>
                {(ids) => (
                  <select {...ids} class="input" data-testid="lead-district" value={draft.district} onChange={(event) => set({ district: event.currentTarget.value })}>
                    <option value="">{t.chooseDistrict}</option>
                    {districts.map((id) => (
                      <option key={id} value={id}>
                        {districtSaid(id)}
                      </option>
                    ))}
                  </select>
                )}
              </Field>
            )}
          </div>
        </div>
        <div class="stack">
          <Position place={draft.place} hint={t.placeHint} onTake={(place) => set({ place })} />
          <div class="card ask">
            <Text {...text} field="sector" label={t.sector} />
            <Field label={t.workersAbout}>{(ids) => <Count ids={ids} testid="lead-workers" value={draft.workers} onType={(workers) => set({ workers })} />}</Field>
            {(draft.what === "contractor" || draft.what === "home_based") && <Text {...text} field="principal" label={t.principal} hint={t.principalHint} />}
            <Text {...text} field="remarks" label={t.remarks} />
          </div>
        </div>
      </div>
      <div class="section line wrap">
        <Button look="main" large icon={Save} data-testid="lead-save" aria-busy={state === "working"} blocked={blocked} onClick={() => void keep()}>
          {t.save}
        </Button>
        <Button look="quiet" data-testid="lead-drop" onClick={() => void dropLead(who.id, keeping).then(() => go("#/"))}>
          {t.drop}
        </Button>
        <Kept keeping={keeping} />
      </div>
    </>
  );
}

function Text({ draft, set, field, label, hint }: { draft: LeadDraft; set: (some: Partial<LeadDraft>) => void; field: TextField; label: string; hint?: string }) {
  const wrong = withCnic(draft).includes(field) ? leadWords().cnic : null;
  const shared = { class: "input", "data-testid": `lead-${field}`, value: draft[field] };
  const type = (value: string): void => set({ [field]: value });
  return (
    <Field label={label} hint={hint} wrong={wrong}>
      {(ids) =>
        field === "remarks" ? (
          <textarea {...ids} {...shared} rows={3} maxLength={REMARKS_MAX} onInput={(event) => type(event.currentTarget.value)} />
        ) : (
          <input {...ids} {...shared} dir="auto" autocomplete="off" maxLength={TEXT_MAX} onInput={(event) => type(event.currentTarget.value)} />
        )
      }
    </Field>
  );
}
