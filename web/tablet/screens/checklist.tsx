/** The checklist in force, section by section. Nothing is chosen beforehand, and nothing has to be answered to go on. */
import { ArrowRight, ClipboardX, ListChecks, Plus, Trash2 } from "lucide-preact";
import { useEffect, useState } from "preact/hooks";
import { today } from "../../shared/format";
import { Button, Chip, Choice, Dialog, Empty, Loading, Num } from "../../shared/parts";
import { direction, language } from "../../shared/words";
import { reportAnswers } from "../logic/capture";
import { itemFilled, type Placed, toLookAt, withAnswer, withItem, withoutItem, withPicture } from "../logic/checked";
import { answerKey, checklistsOf, chosen, inForce, isAsked, type Look, lookAt, said, type Section, sectionsOf, type Tongue, TONGUES } from "../logic/asking";
import { type Checklist, checklistName, type Question } from "../logic/checklist";
import type { VisitDraft } from "../logic/draft";
import { newId, officeNowMs, useAsked } from "../state/field";
import { visitAt } from "../state/route";
import { openSection, tongue as tongueNow } from "../state/checklist";
import { aroundWords, checklistWords, directionOf, TONGUE_NAMES } from "../words/checklist";
import { OneQuestion, questionId } from "./question";
import { ASKED } from "./report";
import { valueSaid } from "./said";
import type { PartProps } from "./visit";

/** Every checklist on this tablet; undefined before the first answer. */
export const useChecklists = (): Checklist[] | undefined => useAsked(async (from) => checklistsOf(await from.list("checklist")), "checklists");

export function ChecklistTab({ visit, keeping }: PartProps) {
  const t = checklistWords();
  const all = useChecklists();
  const draft = keeping.value.value;
  const day = today(officeNowMs());
  if (all === undefined) return <Loading />;
  const checklist = chosen(all, draft.checked.of, day);
  if (checklist === null) {
    const gone = draft.checked.of !== "";
    return (
      <div class="card">
        <Empty icon={ClipboardX} title={gone ? t.gone : t.none}>
          {gone ? t.goneNext : t.noneNext}
        </Empty>
      </div>
    );
  }
  const change = (make: (latest: VisitDraft) => VisitDraft): void => keeping.change(make(keeping.value.peek()));
  return <Open checklist={checklist} others={inForce(all, day)} draft={draft} visit={visit.record} day={day} change={change} />;
}

interface OpenProps {
  readonly checklist: Checklist;
  readonly others: readonly Checklist[];
  readonly draft: VisitDraft;
  readonly visit: string;
  readonly day: string;
  readonly change: (make: (latest: VisitDraft) => VisitDraft) => void;
}

function Open({ checklist, others, draft, visit, day, change }: OpenProps) {
  const tongue = tongueNow.value;
  const t = aroundWords(tongue);
  const look = lookAt(checklist, draft, day);
  const sections = sectionsOf(checklist).filter((section) => section.about === null || look.at(section.name, null).relevant);
  const asked = askedSection(sections);
  const section = sections.find(({ name }) => name === (asked ?? openSection(visit))) ?? sections[0];
  const [, redraw] = useState(0);
  useEffect(focusAsked, []);
  function show(name: string): void {
    openSection(visit, name);
    redraw((drawn) => drawn + 1);
    document.getElementById("main")?.scrollTo(0, 0);
  }
  const after = section === undefined ? undefined : sections[sections.indexOf(section) + 1];
  const untouched = Object.keys(draft.checked.given).length === 0 && Object.keys(draft.checked.items).length === 0;
  return (
    <div class="checklist tongue" lang={tongue} dir={directionOf(tongue)} data-testid="checklist" data-checklist={checklistName(checklist)}>
      <header class="line spread wrap checklist__head">
        <div class="line wrap">
          <h2>{said(checklist.title, tongue)}</h2>
          {!checklist.confirmed && (
            <Chip small tone="warn" icon={ListChecks}>
              {t.unconfirmed}
            </Chip>
          )}
        </div>
        <div data-testid="checklist-language">
          <Choice label={t.language} value={tongue} options={TONGUES.map((value) => ({ value, label: TONGUE_NAMES[value] }))} onChoose={(value) => (tongueNow.value = value)} />
        </div>
      </header>
      {untouched && others.length > 1 && (
        <div class="card ask">
          <span class="label strong">{t.choose}</span>
          <Choice label={t.choose} value={checklistName(checklist)} options={others.map((each) => ({ value: checklistName(each), label: said(each.title, tongue) }))} onChoose={(of) => change((latest) => ({ ...latest, checked: { ...latest.checked, of } }))} />
        </div>
      )}
      <div class="checklist__body">
        <Sections sections={sections} now={section} look={look} draft={draft} checklist={checklist} tongue={tongue} show={show} />
        {section !== undefined && (
          <div class="stack checklist__section">
            <SectionShown key={section.name} checklist={checklist} section={section} look={look} draft={draft} visit={visit} tongue={tongue} change={change} />
            <div>
              {after === undefined ? (
                <a class="button button--main button--large" href={visitAt(visit, "wages")}>
                  {t.toWages}
                  <ArrowRight size={20} class="mirrored" aria-hidden="true" />
                </a>
              ) : (
                <Button look="main" large data-testid="section-next" onClick={() => show(after.name)}>
                  {t.next(sectionTitle(checklist, after, tongue))}
                  <ArrowRight size={20} class="mirrored" aria-hidden="true" />
                </Button>
              )}
            </div>
          </div>
        )}
      </div>
    </div>
  );
}

/** A section's title; that of the checklist for questions that stand in no group. */
export const sectionTitle = (checklist: Checklist, section: Section, tongue: Tongue): string => said(section.about?.label ?? checklist.title, tongue);

/** A question at its place, in words: within a repeat with its item. */
export function placeSaid(checklist: Checklist, { question, row }: Placed, tongue: Tongue): string {
  const label = `\u2068${said(question.label, tongue)}\u2069`;
  const around = row === null ? null : checklist.questions.find(({ name }) => name === question.group);
  return row === null ? label : checklistWords().inItem(said(around?.label, tongue), row, label);
}

/** The section of the question to which an error summary led. */
function askedSection(sections: readonly Section[]): string | null {
  const asked = sessionStorage.getItem(ASKED);
  if (asked === null) return null;
  const has = ({ name }: Question): boolean => asked === questionId(name, null) || asked.startsWith(`${questionId(name, null)}-`);
  return sections.find(({ questions }) => questions.some(has))?.name ?? null;
}

/** Where an error summary led here, its question takes the focus. */
function focusAsked(): void {
  const asked = sessionStorage.getItem(ASKED);
  if (asked === null) return;
  sessionStorage.removeItem(ASKED);
  const question = document.getElementById(asked) ?? document.querySelector<HTMLElement>(`[data-testid="${CSS.escape(asked)}"] button`);
  question?.focus();
  question?.scrollIntoView({ block: "center" });
}

interface SectionsProps {
  readonly sections: readonly Section[];
  readonly now: Section | undefined;
  readonly look: Look;
  readonly draft: VisitDraft;
  readonly checklist: Checklist;
  readonly tongue: Tongue;
  readonly show: (name: string) => void;
}

function Sections({ sections, now, look, draft, checklist, tongue, show }: SectionsProps) {
  const t = aroundWords(tongue);
  const { missing } = toLookAt(checklist, draft.checked, look);
  return (
    <nav class="checklist__parts card" aria-label={t.sections}>
      {sections.map((section) => {
        const inside = new Set(section.questions.map(({ name }) => name));
        const open = missing.filter(({ question }) => inside.has(question.name)).length;
        const [answered, all] = progress(section, draft, look);
        return (
          <button type="button" key={section.name} aria-current={section === now ? "step" : undefined} data-testid={`section-${section.name}`} onClick={() => show(section.name)}>
            <span class="grow">{sectionTitle(checklist, section, tongue)}</span>
            {open > 0 && <span class="need">{t.missing(open)}</span>}
            {all > 0 && (
              <span class="caption">
                <Num>{section.repeat ? String(answered) : `${answered}/${all}`}</Num>
              </span>
            )}
          </button>
        );
      })}
    </nav>
  );
}

/** How many of a section's questions are answered; of a repeat, how many items it has. */
function progress(section: Section, draft: VisitDraft, look: Look): [answered: number, all: number] {
  if (section.repeat) {
    const items = draft.checked.items[section.name]?.length ?? 0;
    return [items, items];
  }
  const asked = section.questions.filter((question) => isAsked(question) && look.at(question.name, null).relevant);
  return [asked.filter(({ name }) => draft.checked.given[answerKey(name)] !== undefined).length, asked.length];
}

interface SectionProps {
  readonly checklist: Checklist;
  readonly section: Section;
  readonly look: Look;
  readonly draft: VisitDraft;
  readonly visit: string;
  readonly tongue: Tongue;
  readonly change: (make: (latest: VisitDraft) => VisitDraft) => void;
}

function SectionShown(props: SectionProps) {
  const { checklist, section, tongue } = props;
  const title = sectionTitle(checklist, section, tongue);
  const hint = said(section.about?.hint, tongue);
  return (
    <section class="stack" aria-labelledby={`s-${section.name}`}>
      <div>
        <h3 class="checklist__title" id={`s-${section.name}`}>
          {title}
        </h3>
        {hint && <p class="muted">{hint}</p>}
      </div>
      <InReport {...props} />
      {section.repeat ? <Items {...props} title={title} /> : <Questions {...props} item={null} row={null} />}
    </section>
  );
}

/** The questions that are the report's own: what is answered there, and the way to it. */
function InReport({ section, draft, visit, tongue }: SectionProps) {
  const t = aroundWords(tongue);
  const filling = section.questions.filter(({ fills }) => fills);
  if (filling.length === 0) return null;
  const values = reportAnswers(draft.answers);
  const fields = [...new Set(filling.map(({ fills }) => (fills ?? "").split(".")[0] ?? ""))];
  return (
    <div class="card ask ask--elsewhere">
      <p class="muted dense">{t.inReport}</p>
      <dl class="facts">
        {fields.map((field) => (
          <div key={field}>
            <dt>{filling.filter(({ fills }) => fills?.split(".")[0] === field).map(({ label }) => said(label, tongue)).join(" · ")}</dt>
            <dd>
              <bdi class="tongue" lang={language.value} dir={direction()}>
                {valueSaid(field, values[field])}
              </bdi>
            </dd>
          </div>
        ))}
      </dl>
      <a class="button" href={visitAt(visit, "report")}>
        {t.toReport}
      </a>
    </div>
  );
}

function Questions(props: SectionProps & { item: string | null; row: number | null }) {
  const { checklist, section, look, draft, visit, tongue, change, item, row } = props;
  const shown = section.questions.filter((question) => !question.fills && look.at(question.name, item).relevant);
  if (shown.length === 0) return section.questions.some(({ fills }) => fills) ? null : <p class="muted">{aroundWords(tongue).nothing}</p>;
  return (
    <div class="card ask ask--many">
      {shown.map((question) => {
        const key = answerKey(question.name, item);
        const typed = draft.checked.given[key]?.typed ?? "";
        return (
          <OneQuestion
            key={key}
            checklist={checklist}
            question={question}
            row={row}
            state={look.at(question.name, item)}
            findings={look.raised(question.name, item).map(({ sentence }) => said(sentence, tongue))}
            typed={typed}
            photo={draft.photos.find(({ id }) => id === typed) ?? null}
            visit={visit}
            tongue={tongue}
            onType={(next) => change((latest) => withAnswer(latest, checklist, key, next, newId))}
            onPicture={(photo) => change((latest) => withPicture(latest, checklist, key, photo, newId))}
          />
        );
      })}
    </div>
  );
}

function Items(props: SectionProps & { title: string }) {
  const { checklist, section, draft, tongue, change, title } = props;
  const t = aroundWords(tongue);
  const [leaving, setLeaving] = useState<string | null>(null);
  const items = draft.checked.items[section.name] ?? [];
  const remove = (item: string): void => {
    setLeaving(null);
    change((latest) => withoutItem(latest, section.name, item));
  };
  const named = (item: string): string => t.item(title, items.indexOf(item) + 1);
  return (
    <>
      {items.length === 0 && <p class="muted">{t.noItems}</p>}
      {items.map((item, at) => (
        <div key={item} class="stack stack--close" role="group" aria-label={named(item)} data-testid={`item-${section.name}-${at + 1}`}>
          <div class="line spread wrap">
            <h4>{named(item)}</h4>
            <Button look="quiet" icon={Trash2} aria-label={`${t.remove}: ${named(item)}`} onClick={() => (itemFilled(draft.checked, item) ? setLeaving(item) : remove(item))}>
              {t.remove}
            </Button>
          </div>
          <Questions {...props} item={item} row={at + 1} />
        </div>
      ))}
      <div>
        <Button icon={Plus} data-testid={`add-${section.name}`} onClick={() => change((latest) => withItem(latest, checklist, section.name, newId))}>
          {t.add(title)}
        </Button>
      </div>
      <Dialog
        title={leaving === null ? "" : t.removeAsk(named(leaving))}
        open={leaving !== null}
        onClose={() => setLeaving(null)}
        actions={
          <>
            <Button look="main" data-testid="item-remove" onClick={() => leaving !== null && remove(leaving)}>
              {t.remove}
            </Button>
            <Button onClick={() => setLeaving(null)}>{t.keep}</Button>
          </>
        }
      >
        {t.removeMore}
      </Dialog>
    </>
  );
}
