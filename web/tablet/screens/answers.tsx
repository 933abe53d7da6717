/** The answers of a report that was kept, by section, with what they say against the employer. */
import { Split, TabletSmartphone, TriangleAlert } from "lucide-preact";
import { Chip, Loading } from "../../shared/parts";
import type { Shown } from "../../sync/tablet";
import { answerSaid, isPicture, said, type Section, sectionsOf } from "../logic/asking";
import { type Checklist, checklistName, type Question } from "../logic/checklist";
import { fromReport } from "../logic/fills";
import { type Answer, type AnswerValue, judge, type Raised } from "../logic/judge";
import { tongue as tongueNow } from "../state/checklist";
import { checklistWords, directionOf } from "../words/checklist";
import { doneWords } from "../words/finish";
import { sectionTitle, useChecklists } from "./checklist";
import { Thumbnail } from "./photos";

interface AnswersProps {
  readonly report: Shown;
  readonly answers: readonly Shown[];
  readonly photos: readonly Shown[];
  /** By which day's rules; as on the wire. */
  readonly day: string;
}

/** An answer that was taken back counts no more; it stays in the history. */
const counts = ({ values }: Shown): boolean => (values["withdrawn"] ?? null) === null;
const nameOf = ({ values }: Shown): string => String(values["question"]);
const itemOf = ({ values }: Shown): string | null => (typeof values["item"] === "string" ? values["item"] : null);

export function Answers({ report, answers: all, photos, day }: AnswersProps) {
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
        {known !== undefined && (checklist === null ? <Unknown answers={answers} /> : <Known checklist={checklist} report={report} answers={answers} photos={photos} day={day} />)}
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

function Known({ checklist, report, answers, photos, day }: AnswersProps & { checklist: Checklist }) {
  const given = answers.map((each): Answer => ({ question: nameOf(each), item: itemOf(each), value: (each.values["private_value"] ?? each.values["value"] ?? null) as AnswerValue }));
  const own = Object.entries(fromReport(checklist, report.values)).map(([question, value]) => ({ question, value }));
  const raised = judge(checklist, [...own, ...given], day).findings;
  return (
    <>
      {sectionsOf(checklist).map((section) => (
        <OneSection key={section.name} checklist={checklist} section={section} answers={answers} photos={photos} raised={raised} />
      ))}
    </>
  );
}

interface SectionProps {
  readonly checklist: Checklist;
  readonly section: Section;
  readonly answers: readonly Shown[];
  readonly photos: readonly Shown[];
  readonly raised: readonly Raised[];
}

function OneSection({ checklist, section, answers, photos, raised }: SectionProps) {
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
                .map((answer) => <Given key={answer.record} checklist={checklist} question={question} answer={answer} photos={photos} />),
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

function Given({ checklist, question, answer, photos }: { checklist: Checklist; question: Question; answer: Shown; photos: readonly Shown[] }) {
  const tongue = tongueNow.value;
  const picture = isPicture(question) ? photos.find(({ record }) => record === answer.values["value"]) : undefined;
  return (
    <div data-testid={`answer-${question.name}`}>
      <dt>{said(question.label, tongue)}</dt>
      <dd>
        {picture === undefined ? (
          <bdi>{answerSaid(checklist, question, answer.values, tongue)}</bdi>
        ) : (
          <span class="signed">
            <Thumbnail sha256={String(picture.values["sha256"])} purpose={String(picture.values["purpose"] ?? "other")} />
          </span>
        )}{" "}
        {answer.disputed.length > 0 && (
          <Chip small tone="warn" icon={Split}>
            {doneWords().dispute}
          </Chip>
        )}
        {answer.pending.includes("question") && (
          <Chip small tone="rest" icon={TabletSmartphone}>
            {doneWords().onlyHere}
          </Chip>
        )}
      </dd>
    </div>
  );
}
