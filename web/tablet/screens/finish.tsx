/** Finishing a visit: what will be sent, what has to be looked at first, and one button. */
import { Banknote, BookOpenText, Camera, CircleCheck, FileText, LocateFixed, MapPinned, UserRound, Users, type LucideIcon } from "lucide-preact";
import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { month as monthName, rupees, whole } from "../../shared/format";
import { Banner, Button, ErrorSummary } from "../../shared/parts";
import { ltr } from "../../shared/words";
import { declaredChange, headcount } from "../logic/capture";
import { allFaults, type Found, totalsOf, uncheckedMonths } from "../logic/checks";
import { filled, linesOf, type VisitDraft } from "../logic/draft";
import { tablet } from "../state/field";
import { type FinishForms, finishVisit } from "../state/finish";
import { go, visitAt } from "../state/route";
import { finishWords } from "../words/finish";
import { reportWords, wageWords } from "../words/report";
import { cellId, faultWords } from "./cells";
import { ASKED, RECORDS } from "./report";
import type { PartProps } from "./visit";

/** The forms behind this screen, opened with it; `opening` gives them also to whom presses before they are here. */
function useForms(visit: string, establishment: string): { forms: FinishForms | null; opening: () => Promise<FinishForms> } {
  const [forms, setForms] = useState<FinishForms | null>(null);
  const under = useRef<Promise<FinishForms> | null>(null);
  const opening = (): Promise<FinishForms> => {
    under.current ??= openForms(visit, establishment).catch((error: unknown) => {
      under.current = null;
      throw error;
    });
    return under.current;
  };
  useEffect(() => {
    let stale = false;
    opening().then(
      (opened) => stale || setForms(opened),
      (error: unknown) => console.error(error),
    );
    return () => {
      stale = true;
      under.current = null;
    };
  }, [visit, establishment]);
  return { forms, opening };
}

async function openForms(visit: string, establishment: string): Promise<FinishForms> {
  const here = (await tablet().view(establishment)) !== null;
  return { visit: await tablet().openForm(visit), establishment: here ? await tablet().openForm(establishment) : null };
}

export function Finish({ visit, keeping, who }: PartProps) {
  const t = finishWords();
  const draft = keeping.value.value;
  const { forms, opening } = useForms(draft.visit, draft.establishment);
  const [working, setWorking] = useState(false);
  const [failed, setFailed] = useState(false);
  const faults = allFaults(draft);
  const half = (draft.answers.men === "") !== (draft.answers.women === "");
  const soft = faults.some(({ fault }) => !fault.hard);
  const unchecked = uncheckedMonths(draft);
  const stands = half || unchecked.length > 0 || faults.some(({ fault }) => fault.hard) || (soft && !draft.asWritten);
  const shown = faults.filter(({ fault }) => fault.hard || !draft.asWritten);

  async function finish(): Promise<void> {
    if (working) return;
    setWorking(true);
    setFailed(false);
    try {
      await finishVisit(who.id, keeping, opening());
      go(visitAt(visit.record));
    } catch (error) {
      console.error(error);
      setFailed(true);
      setWorking(false);
    }
  }

  return (
    <div class="finish">
      {failed && <Banner tone="err" title={t.failed} />}
      <Mend found={shown} half={half} unchecked={unchecked} visit={visit.record} toLine={(found) => toCell(found, keeping.change.bind(keeping), keeping.value.peek())} />
      {soft && (
        <label class="tick card ask">
          <input type="checkbox" data-testid="as-written" checked={draft.asWritten} onChange={(event) => keeping.change({ ...keeping.value.peek(), asWritten: event.currentTarget.checked })} />
          <span>
            <b>{t.asWritten}</b> {t.asWrittenHint}
          </span>
        </label>
      )}
      <section class="card section" aria-labelledby="what">
        <h2 id="what">{t.what}</h2>
        <Summary draft={draft} registered={forms?.establishment?.shown["workers_declared"]} />
      </section>
      <div class="section line wrap">
        <Button look="main" large icon={CircleCheck} data-testid="report-finish" aria-busy={working} blocked={stands ? t.blocked : null} onClick={() => void finish()}>
          {working ? t.working : t.submit}
        </Button>
      </div>
      <p class="section muted dense">{t.corrections}</p>
    </div>
  );
}

/** Lead to a question of the report, which takes the focus when it is there. */
function toQuestion(visit: string, id: string): void {
  sessionStorage.setItem(ASKED, id);
  go(visitAt(visit, "report"));
}

/** Lead to a cell: its month is opened, and it takes the focus when it is there. */
function toCell({ line, fault }: Found, change: (draft: VisitDraft) => void, draft: VisitDraft): void {
  sessionStorage.setItem("field-cell", cellId(line.id, fault.column));
  change({ ...draft, month: line.month });
  go(visitAt(draft.visit, "wages"));
}

interface MendProps {
  readonly found: readonly Found[];
  readonly half: boolean;
  readonly unchecked: readonly string[];
  readonly visit: string;
  readonly toLine: (found: Found) => void;
}

function Mend({ found, half, unchecked, visit, toLine }: MendProps) {
  const t = finishWords();
  const lines = found.map((each) => ({
    id: cellId(each.line.id, each.fault.column),
    words: t.mendLine(each.row, monthName(each.line.month), faultWords(each.fault)),
    go: () => toLine(each),
  }));
  const asked = (id: string, words: string) => ({ id, words, go: () => toQuestion(visit, id) });
  const people = half ? [asked("q-people", reportWords().bothCounts)] : [];
  const months = unchecked.map((month) => asked(`q-month-${month}`, t.unchecked(monthName(month))));
  const all = [...people, ...months, ...lines];
  // The cells are on another tab: following a line opens it first.
  const follow = (event: MouseEvent): void => {
    const href = event.target instanceof Element ? event.target.closest("a")?.getAttribute("href") : null;
    all.find(({ id }) => `#${id}` === href)?.go();
  };
  return (
    <div class="section" data-testid="error-summary" onClick={follow}>
      <ErrorSummary found={all.map(({ id, words }) => ({ id, words }))} />
    </div>
  );
}

function Summary({ draft, registered }: { draft: VisitDraft; registered: unknown }) {
  const t = finishWords();
  const { answers } = draft;
  const counted = headcount(answers);
  const months = [...answers.months].sort();
  const unpaid = months.filter((month) => !answers.paid.includes(month));
  const produced = RECORDS.filter((record) => answers.produced.includes(record));
  const change = declaredChange(answers, registered);
  const words = reportWords();
  return (
    <ul class="summing" data-testid="summary">
      <Point icon={Users} title={counted === null ? t.peopleNone : t.people(counted.total, counted.men, counted.women)} />
      <Point icon={FileText} title={months.length === 0 ? t.monthsNone : t.months(joined(months.map(monthName)))}>
        {months.length > 0 && (unpaid.length === 0 ? t.allPaid : <b class="warned">{t.unpaid(joined(unpaid.map(monthName)))}</b>)}
      </Point>
      <Lines draft={draft} />
      <Point icon={BookOpenText} title={produced.length === 0 ? t.producedNone : t.produced(joined(produced.map((record) => words[record])))}>
        {answers.refused === null ? t.refusedUnsaid : answers.refused ? <b class="warned">{t.refused}</b> : t.notRefused}
      </Point>
      <Point icon={UserRound} title={answers.personMet.trim() === "" ? t.metNone : t.met(`\u2068${answers.personMet.trim()}\u2069`)} />
      <Point icon={Camera} title={draft.photos.length === 0 ? t.photosNone : t.photos(draft.photos.length)} />
      <Point icon={LocateFixed} title={answers.place === null ? t.placeNone : t.place(ltr(Math.round(answers.place.accuracy_m)))} />
      {change !== null && <Point icon={MapPinned} title={t.declared(typeof registered === "number" ? ltr(whole(registered)) : "–", ltr(whole(change)))} />}
    </ul>
  );
}

const joined = (list: readonly string[]): string => list.join(" · ");

function Lines({ draft }: { draft: VisitDraft }) {
  const t = finishWords();
  const typed = draft.lines.filter(filled);
  const months = [...new Set(typed.map(({ month }) => month))].sort();
  return (
    <Point icon={Banknote} title={typed.length === 0 ? t.linesNone : t.lines(typed.length)}>
      {joined(
        months.map((month) => {
          const totals = totalsOf(linesOf(draft, month));
          return t.linesMonth(monthName(month), wageWords().lines(totals.lines), rupees(totals.wages));
        }),
      )}
    </Point>
  );
}

function Point({ icon: Icon, title, children }: { icon: LucideIcon; title: string; children?: ComponentChildren }) {
  return (
    <li>
      <Icon size={24} aria-hidden="true" />
      <div>
        <b>{title}</b>
        {children && <p class="muted">{children}</p>}
      </div>
    </li>
  );
}
