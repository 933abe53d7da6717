/** Finishing a visit: what will be sent, what has to be looked at first, and one button. */
import { Banknote, BookOpenText, Camera, CircleCheck, FileText, ListChecks, LocateFixed, MapPinned, UserRound, Users, type LucideIcon } from "lucide-preact";
import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { month as monthName, rupees, today, whole } from "../../shared/format";
import { Banner, Button, ErrorSummary, Field } from "../../shared/parts";
import { ltr } from "../../shared/words";
import { declaredChange, headcount } from "../logic/capture";
import { allFaults, type Found, totalsOf, uncheckedMonths } from "../logic/checks";
import { chosen, lookAt } from "../logic/asking";
import { newAnswers, ownPhotos, type Placed, toLookAt } from "../logic/checked";
import type { Checklist } from "../logic/checklist";
import { filled, linesOf, type VisitDraft } from "../logic/draft";
import { tongue as tongueNow } from "../state/checklist";
import { officeNowMs, tablet } from "../state/field";
import { type FinishForms, finishVisit } from "../state/finish";
import { go, visitAt } from "../state/route";
import { checklistWords } from "../words/checklist";
import { finishWords } from "../words/finish";
import { reportWords, wageWords } from "../words/report";
import { cellId, faultWords } from "./cells";
import { placeSaid, useChecklists } from "./checklist";
import { questionId } from "./question";
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
  const day = today(officeNowMs());
  const checklist = chosen(useChecklists() ?? [], draft.checked.of, day);

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
      {checklist !== null && <StillOpen checklist={checklist} draft={draft} day={day} onNote={(note) => keeping.change(noted(keeping.value.peek(), note))} />}
      <section class="card section" aria-labelledby="what">
        <h2 id="what">{t.what}</h2>
        <Summary draft={draft} registered={forms?.establishment?.shown["workers_declared"]} checklist={checklist} day={day} />
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

/** Where on the report's screen a field of the report is answered. */
const REPORTS_OWN: Readonly<Record<string, string>> = { headcount: "q-people", months_checked: "q-months", months_paid: "q-months", records_produced: "q-produced", records_refused: "q-refused" };

const NOTE_MAX = 8000;
const noted = (draft: VisitDraft, note: string): VisitDraft => ({ ...draft, checked: { ...draft.checked, note } });

/** What the checklist still asks: it holds nobody up, and there is room to say why it stays open. */
function StillOpen({ checklist, draft, day, onNote }: { checklist: Checklist; draft: VisitDraft; day: string; onNote: (note: string) => void }) {
  const t = checklistWords();
  const tongue = tongueNow.value;
  const { missing, wrong } = toLookAt(checklist, draft.checked, lookAt(checklist, draft, day));
  if (missing.length + wrong.length === 0 && draft.checked.note === "") return null;
  const open = ({ question, row }: Placed): void => {
    if (question.fills) return toQuestion(draft.visit, REPORTS_OWN[question.fills.split(".")[0] ?? ""] ?? "");
    sessionStorage.setItem(ASKED, questionId(question.name, row));
    go(visitAt(draft.visit, "checklist"));
  };
  const line = (place: Placed, words: (question: string) => string) => {
    const id = questionId(place.question.name, place.row);
    return (
      <li key={id}>
        <a
          href={visitAt(draft.visit, place.question.fills ? "report" : "checklist")}
          data-testid={`open-${id}`}
          onClick={(event) => {
            event.preventDefault();
            open(place);
          }}
        >
          {words(placeSaid(checklist, place, tongue))}
        </a>
      </li>
    );
  };
  return (
    <section class="card section still-open" aria-labelledby="open-questions" data-testid="checklist-open">
      <h2 id="open-questions">{t.open}</h2>
      <p class="muted">{t.openMore}</p>
      <ul class="open-list">
        {wrong.map((place) => line(place, t.wrong))}
        {missing.map((place) => line(place, t.missing))}
      </ul>
      <Field label={t.note}>{(ids) => <textarea {...ids} class="input" dir="auto" rows={2} maxLength={NOTE_MAX} data-testid="checklist-note" value={draft.checked.note} onInput={(event) => onNote(event.currentTarget.value)} />}</Field>
    </section>
  );
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

function Summary({ draft, registered, checklist, day }: { draft: VisitDraft; registered: unknown; checklist: Checklist | null; day: string }) {
  const t = finishWords();
  const { answers } = draft;
  const counted = headcount(answers);
  const months = [...answers.months].sort();
  const unpaid = months.filter((month) => !answers.paid.includes(month));
  const produced = RECORDS.filter((record) => answers.produced.includes(record));
  const change = declaredChange(answers, registered);
  const words = reportWords();
  const photos = ownPhotos(draft).length;
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
      {checklist !== null && <Answered checklist={checklist} draft={draft} day={day} />}
      <Point icon={UserRound} title={answers.personMet.trim() === "" ? t.metNone : t.met(`\u2068${answers.personMet.trim()}\u2069`)} />
      <Point icon={Camera} title={photos === 0 ? t.photosNone : t.photos(photos)} />
      <Point icon={LocateFixed} title={answers.place === null ? t.placeNone : t.place(ltr(Math.round(answers.place.accuracy_m)))} />
      {change !== null && <Point icon={MapPinned} title={t.declared(typeof registered === "number" ? ltr(whole(registered)) : "–", ltr(whole(change)))} />}
    </ul>
  );
}

function Answered({ checklist, draft, day }: { checklist: Checklist; draft: VisitDraft; day: string }) {
  const t = checklistWords();
  const look = lookAt(checklist, draft, day);
  const answers = newAnswers(checklist, draft, look).length;
  const missing = toLookAt(checklist, draft.checked, look).missing.length;
  return (
    <Point icon={ListChecks} title={answers === 0 ? t.answersNone : t.answers(answers)}>
      {missing === 0 ? t.allAnswered : <b class="warned">{t.leftOpen(missing)}</b>}
    </Point>
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
