/** The answers of a report that was kept, by section, with what they say against the employer. */
import { PencilLine, Split, TabletSmartphone, TriangleAlert } from "lucide-preact";
import { useState } from "preact/hooks";
import { Button, Chip, Loading } from "../../shared/parts";
import type { Person, Shown } from "../../sync/tablet";
import { answerSaid, isPicture, said, type Section, sectionsOf, valueOf } from "../logic/asking";
import { correctedAnswer, typedOf } from "../logic/checked";
import { type Checklist, checklistName, type Question } from "../logic/checklist";
import { fromReport } from "../logic/fills";
import type { Given as Typing } from "../logic/draft";
import { type Answer, type AnswerValue, judge, type Judgement, type Raised } from "../logic/judge";
import { tongue as tongueNow } from "../state/checklist";
import { correctionKey, useCorrection } from "../state/correct";
import { draftsOpen } from "../state/drafts";
import { checklistWords, directionOf } from "../words/checklist";
import { doneWords } from "../words/finish";
import { sectionTitle, useChecklists } from "./checklist";
import { corrected, Panel } from "./correct";
import { Thumbnail } from "./photos";
import { OneQuestion } from "./question";

type Typed = Typing["typed"];

interface AnswersProps {
  readonly report: Shown;
  readonly answers: readonly Shown[];
  readonly photos: readonly Shown[];
  /** By which day's rules; as on the wire. */
  readonly day: string;
  readonly who: Person;
}

/** An answer that was taken back counts no more; it stays in the history. */
const counts = ({ values }: Shown): boolean => (values["withdrawn"] ?? null) === null;
const nameOf = ({ values }: Shown): string => String(values["question"]);
const itemOf = ({ values }: Shown): string | null => (typeof values["item"] === "string" ? values["item"] : null);

export function Answers({ report, answers: all, photos, day, who }: AnswersProps) {
  const t = checklistWords();
  const tongue = tongueNow.value;
  const known = useChecklists();
  const answers = all.filter(counts);
  const checklist = known?.find((each) => checklistName(each) === report.values["checklist"]) ?? null;
  const note = report.values["checklist_note"];
  return (
    <section class="card section" aria-labelledby={`r-${report.record} a-${report.record}`} data-testid="answers">
      <h2 id={`a-${report.record}`}>{t.doneTitle}</h2>
      {known === undefined && <Loading />}
      {answers.length === 0 && <p class="muted">{t.doneNone}</p>}
      {typeof note === "string" && note !== "" && (
        <p>
          <span class="muted">{t.note}:</span> <bdi>{note}</bdi>
        </p>
      )}
      {known !== undefined && checklist === null && answers.length > 0 && <p class="muted">{t.unknown}</p>}
      <div class="answers tongue" lang={tongue} dir={directionOf(tongue)}>
        {known !== undefined && (checklist === null ? <Unknown answers={answers} /> : <Known checklist={checklist} report={report} answers={answers} photos={photos} day={day} who={who} />)}
      </div>
    </section>
  );
}

function Unknown({ answers }: { answers: readonly Shown[] }) {
  return (
    <dl class="facts">
      {answers.map((answer) => (
        <div key={answer.record}>
          <dt dir="ltr">{nameOf(answer)}</dt>
          <dd>
            <bdi>{answerSaid(null, null, answer.values, "en")}</bdi>
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Known({ checklist, report, answers, photos, day, who }: AnswersProps & { checklist: Checklist }) {
  const own = Object.entries(fromReport(checklist, report.values)).map(([question, value]) => ({ question, value }));
  const judged = (instead?: Instead): Judgement => judge(checklist, [...own, ...answers.map((each) => givenIn(each, instead))], day);
  const { findings } = judged();
  return (
    <>
      {sectionsOf(checklist).map((section) => (
        <OneSection key={section.name} checklist={checklist} section={section} answers={answers} photos={photos} raised={findings} judged={judged} who={who} />
      ))}
    </>
  );
}

/** What one answer would say, while it is being corrected. */
interface Instead {
  readonly record: string;
  readonly value: AnswerValue;
}

function givenIn(each: Shown, instead?: Instead): Answer {
  // The office has checked what an answer may be (field/inspections/answers.py).
  const kept = (each.values["private_value"] ?? each.values["value"] ?? null) as AnswerValue;
  return { question: nameOf(each), item: itemOf(each), value: instead?.record === each.record ? instead.value : kept };
}

interface SectionProps {
  readonly checklist: Checklist;
  readonly section: Section;
  readonly answers: readonly Shown[];
  readonly photos: readonly Shown[];
  readonly raised: readonly Raised[];
  readonly judged: (instead?: Instead) => Judgement;
  readonly who: Person;
}

function OneSection({ checklist, section, answers, photos, raised, judged, who }: SectionProps) {
  const tongue = tongueNow.value;
  const title = sectionTitle(checklist, section, tongue);
  const names = new Set(section.questions.map(({ name }) => name));
  const inside = answers.filter((each) => names.has(nameOf(each)));
  const against = raised.filter(({ question }) => names.has(question) || question === section.name);
  const items = section.repeat ? [...new Set(inside.map(itemOf))] : [null];
  if (inside.length + against.length === 0) return null;
  return (
    <div class="stack stack--close">
      {items.map((item, at) => (
        <div key={item ?? ""}>
          <h3>{section.repeat ? `${title} ${at + 1}` : title}</h3>
          <dl class="facts">
            {section.questions.flatMap((question) =>
              inside
                .filter((each) => nameOf(each) === question.name && itemOf(each) === item)
                .map((answer) => <Given key={answer.record} checklist={checklist} question={question} row={section.repeat ? at + 1 : null} answer={answer} photos={photos} judged={judged} who={who} />),
            )}
          </dl>
        </div>
      ))}
      {against.map(({ question, item, code, sentence }) => (
        <p key={`${question} ${item ?? ""} ${code}`} class="raised" data-testid="answer-finding">
          <TriangleAlert size={16} aria-hidden="true" />
          <b>{said(sentence, tongue)}</b>
        </p>
      ))}
    </div>
  );
}

interface GivenProps {
  readonly checklist: Checklist;
  readonly question: Question;
  readonly row: number | null;
  readonly answer: Shown;
  readonly photos: readonly Shown[];
  readonly judged: (instead?: Instead) => Judgement;
  readonly who: Person;
}

function Given(props: GivenProps) {
  const { checklist, question, row, answer, photos, who } = props;
  const tongue = tongueNow.value;
  // After a reload a correction that was begun goes on.
  const [editing, setEditing] = useState(draftsOpen.peek().has(correctionKey(who.id, answer.record)));
  const picture = isPicture(question) ? photos.find(({ record }) => record === answer.values["value"]) : undefined;
  const testid = `answer-${question.name}${row === null ? "" : `-${row}`}`;
  if (editing) return <CorrectAnswer {...props} onClose={() => setEditing(false)} />;
  return (
    <div data-testid={testid}>
      <dt>{said(question.label, tongue)}</dt>
      <dd class="line spread">
        {picture === undefined ? (
          <span>
            <bdi>{answerSaid(checklist, question, answer.values, tongue) || doneWords().none}</bdi> <Marks answer={answer} />
          </span>
        ) : (
          <span class="signed">
            <Thumbnail sha256={String(picture.values["sha256"])} purpose={String(picture.values["purpose"] ?? "other")} />
          </span>
        )}
        {!isPicture(question) && (
          <Button look="quiet" icon={PencilLine} aria-label={`${doneWords().edit}: ${said(question.label, tongue)}`} data-testid={`${testid}-edit`} onClick={() => setEditing(true)}>
            {doneWords().edit}
          </Button>
        )}
      </dd>
    </div>
  );
}

function Marks({ answer }: { answer: Shown }) {
  return (
    <>
      {answer.disputed.length > 0 && (
        <Chip small tone="warn" icon={Split}>
          {doneWords().dispute}
        </Chip>
      )}
      {answer.pending.length > 0 && (
        <Chip small tone="rest" icon={TabletSmartphone}>
          {doneWords().onlyHere}
        </Chip>
      )}
    </>
  );
}

/** An answer typed anew, judged beside all others; kept beside what was there. */
function CorrectAnswer({ checklist, question, row, answer, judged, who, onClose }: GivenProps & { onClose: () => void }) {
  const tongue = tongueNow.value;
  const found = useCorrection<{ typed: Typed }>(who.id, answer.record, (values) => ({ typed: typedOf(values) }));
  if (found === null) return <Loading />;
  const { before, now } = found.keeping.value.value;
  const values = correctedAnswer(question, before.typed, now.typed);
  const field = question.personal ? "private_value" : "value";
  const { verdicts } = judged({ record: answer.record, value: valueOf(question, now.typed) });
  const item = itemOf(answer);
  const state = verdicts.find((each) => each.question === question.name && each.item === item) ?? { question: question.name, item, relevant: true, required: false, missing: false, fault: "" as const };
  return (
    <div class="answers__correct">
      <dt class="visually-hidden">{said(question.label, tongue)}</dt>
      <dd>
        <Panel found={found} who={who} onClose={onClose} values={values} before={{ [field]: valueOf(question, before.typed) }} shown={{ [field]: valueOf(question, typedOf(found.form.shown)) }} blocked={null} testid="answer-save">
          <OneQuestion checklist={checklist} question={question} row={row} state={state} findings={[]} typed={now.typed} photo={null} visit="" tongue={tongue} onType={(typed) => corrected(found, { typed })} onPicture={() => undefined} />
        </Panel>
      </dd>
    </div>
  );
}
