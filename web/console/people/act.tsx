/** Giving, ending or transferring a posting: first what it does is looked at, then it is done. */
import { Eye } from "lucide-preact";
import { useState } from "preact/hooks";
import { post } from "../../shared/api";
import { today, whole } from "../../shared/format";
import { Button, Field, Trouble } from "../../shared/parts";
import { ltr } from "../../shared/words";
import type { District, PersonListed, Posting, PostingsChanged, TransferPreview } from "../../shared/wire.gen";
import { changed } from "../data";
import { useMe } from "../me";
import type { Role } from "../rooms";
import { roleNames } from "../words/shell";
import { placeName } from "./place";
import { beginMs, districtsToGive, endMs, rolesToGive, type Place } from "./posts";
import { Preview } from "./preview";
import { peopleWords } from "./words";

export type Act = { readonly what: "give" } | { readonly what: "end" | "transfer"; readonly posting: Posting };

/** What is chosen. `district` "": none yet; EVERYWHERE: all of them. Days as on the wire, or "". */
interface Typed {
  readonly role: Role | "";
  readonly district: string;
  readonly from: string;
  readonly to: string;
}

const EVERYWHERE = "*";

interface Props {
  readonly act: Act;
  readonly person: PersonListed;
  readonly districts: readonly District[];
  readonly nameOf: (id: string) => string;
  readonly onClose: () => void;
  readonly onDone: (said: string) => void;
}

export function ActForm({ act, person, districts, nameOf, onClose, onDone }: Props) {
  const said = peopleWords();
  const me = useMe();
  const roles = rolesToGive(me.postings);
  const [typed, setTyped] = useState<Typed>({ role: act.what === "give" ? (roles.length === 1 ? (roles[0] ?? "") : "") : act.posting.role, district: "", from: "", to: "" });
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>(null);
  const [seen, setSeen] = useState<TransferPreview | null>(null);
  const day = today(Date.now());
  const wrong = tried ? faults(act, typed, day) : {};
  const set = (some: Partial<Typed>) => {
    setTyped((before) => ({ ...before, ...some }));
    setSeen(null); // what was looked at is no longer what would be done
  };
  const carry = async (work: () => Promise<void>) => {
    setTried(true);
    if (busy || Object.keys(faults(act, typed, day)).length > 0) return;
    setBusy(true);
    setProblem(null);
    try {
      await work();
    } catch (caught) {
      setProblem(caught);
    }
    setBusy(false);
  };
  const look = () => carry(async () => setSeen(await post<TransferPreview>("/api/scopes/preview", { person: person.id, ends: ends(act), begins: begins(act, typed) })));
  const doIt = () =>
    carry(async () => {
      try {
        const done = await post<PostingsChanged>(`/api/people/${encodeURIComponent(person.id)}/postings${act.what === "give" ? "" : `/${act.what}`}`, body(act, typed));
        const freed = done.freed?.length ?? 0;
        onDone([said.done(`\u2068${person.name}\u2069`), ...(freed > 0 ? [said.doneFreed(ltr(whole(freed)))] : [])].join(" "));
        onClose();
      } finally {
        // Also where no answer came: it may have been done all the same.
        await changed();
      }
    });
  const place = act.what === "give" ? null : placeName(act.posting, nameOf);
  const title = act.what === "give" ? said.giveTitle(`\u2068${person.name}\u2069`) : act.what === "end" ? said.endTitle(place ?? "") : said.transferTitle(place ?? "");
  const confirm = { give: said.confirmGive, end: said.confirmEnd, transfer: said.confirmTransfer }[act.what];
  return (
    <form class="give stack" onSubmit={(event) => (event.preventDefault(), void (seen ? doIt() : look()))} noValidate data-testid="posting-form">
      <h3>{title}</h3>
      <div class="people-form">
        {act.what === "give" && roles.length > 1 && <RoleField roles={roles} value={typed.role} wrong={wrong.role} onChoose={(role) => set({ role, district: "" })} />}
        {act.what !== "end" && <DistrictField act={act} role={typed.role} districts={districts} value={typed.district} wrong={wrong.district} onChoose={(district) => set({ district })} />}
        {act.what === "give" && <DayField label={said.fromDay} hint={said.fromHint} value={typed.from} wrong={wrong.from} testid="posting-from" onGive={(from) => set({ from })} />}
        {act.what !== "transfer" && <DayField label={said.lastDay} hint={act.what === "end" ? said.lastHint : said.lastOpen} value={typed.to} wrong={wrong.to} testid="posting-to" onGive={(to) => set({ to })} />}
      </div>
      {seen && <Preview told={seen} later={typed.from !== "" || (act.what === "end" && typed.to !== "")} />}
      {problem !== null && <Trouble problem={problem} />}
      <div class="line wrap">
        {seen ? (
          <Button look="main" type="submit" aria-busy={busy} data-testid="posting-confirm">
            {confirm}
          </Button>
        ) : (
          <Button look="main" icon={Eye} type="submit" aria-busy={busy} data-testid="posting-look">
            {said.look}
          </Button>
        )}
        <Button onClick={onClose}>{said.cancel}</Button>
        {!seen && <span class="muted">{said.lookHint}</span>}
      </div>
    </form>
  );
}

/** What is wrong with what is chosen, by field. */
function faults(act: Act, { role, district, from, to }: Typed, day: string): Partial<Record<keyof Typed, string>> {
  const said = peopleWords();
  const found: Partial<Record<keyof Typed, string>> = {};
  if (!role) found.role = said.missing;
  if (act.what !== "end" && !district) found.district = said.missing;
  if (from && from < day) found.from = said.pastDay;
  if (to && to < day) found.to = said.pastDay;
  else if (to && from && to < from) found.to = said.orderDay;
  return found;
}

function ends(act: Act): Place | null {
  return act.what === "give" ? null : { role: act.posting.role, district: act.posting.district };
}

function begins(act: Act, { role, district }: Typed): Place | null {
  return act.what === "end" || !role ? null : { role, district: district === EVERYWHERE ? null : district };
}

/** What the server is asked to do. A first day that is today begins at this very moment. */
function body(act: Act, typed: Typed): unknown {
  if (act.what === "end") return { ...ends(act), at_ms: typed.to ? endMs(typed.to) : null };
  const place = begins(act, typed);
  if (act.what === "transfer") return { role: act.posting.role, from_district: act.posting.district, district: place?.district };
  return { ...place, from_ms: typed.from && typed.from > today(Date.now()) ? beginMs(typed.from) : null, to_ms: typed.to ? endMs(typed.to) : null };
}

function RoleField({ roles, value, wrong, onChoose }: { roles: readonly Role[]; value: Role | ""; wrong: string | undefined; onChoose: (role: Role) => void }) {
  return (
    <Field label={peopleWords().role} wrong={wrong}>
      {(ids) => (
        <select {...ids} class="input" value={value} data-testid="posting-role" onChange={(event) => onChoose(event.currentTarget.value as Role)}>
          <option value="" />
          {roles.map((role) => (
            <option key={role} value={role}>
              {roleNames()[role]}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

function DistrictField({ act, role, districts, value, wrong, onChoose }: { act: Act; role: Role | ""; districts: readonly District[]; value: string; wrong: string | undefined; onChoose: (district: string) => void }) {
  const said = peopleWords();
  const me = useMe();
  const open = role ? districtsToGive(me.postings, role, districts.map(({ id }) => id)) : [];
  const given = act.what === "transfer" ? open.filter((each) => each !== null && each !== act.posting.district) : open;
  return (
    <Field label={act.what === "transfer" ? said.toDistrict : said.district} wrong={wrong}>
      {(ids) => (
        <select {...ids} class="input" value={value} data-testid="posting-district" onChange={(event) => onChoose(event.currentTarget.value)}>
          <option value="" />
          {given.map((each) => (
            <option key={each ?? EVERYWHERE} value={each ?? EVERYWHERE}>
              {each === null ? said.everywhere : (districts.find(({ id }) => id === each)?.name ?? each)}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

function DayField({ label, hint, value, wrong, testid, onGive }: { label: string; hint: string; value: string; wrong: string | undefined; testid: string; onGive: (day: string) => void }) {
  return (
    <Field label={label} hint={hint} wrong={wrong}>
      {(ids) => <input {...ids} class="input day" type="date" value={value} data-testid={testid} onInput={(event) => onGive(event.currentTarget.value)} />}
    </Field>
  );
}
