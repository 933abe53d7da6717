/** The answers to a report's checklist, section by section, with what is missing and what speaks against the employer. */
import { CircleDashed, GitCompareArrows, TriangleAlert } from "lucide-preact";
import { toldIn } from "../told";
import { Chip } from "../../shared/parts";
import { date, whole } from "../../shared/format";
import { language, ltr } from "../../shared/words";
import type { AnswerShown, ReportOpened, SectionShown, Words } from "../../shared/wire.gen";
import { Link, recordAddress } from "../router";
import { historyWords } from "../words/history";
import { todayWords } from "../words/today";
import { valueWords } from "../words/fields";

const inWords = (words: Words): string => words[language.value] || words.en || words.ur || "";

/** An answer as people read it: the labels of choices, dates and numbers as everywhere. */
export function answerText({ type, value, choices, masked }: Pick<AnswerShown, "type" | "value" | "choices" | "masked">): string {
  const said = valueWords();
  if (value === null || value === undefined || value === "") return masked ? said.hidden : said.empty;
  const one = (each: unknown): string => (choices[String(each)] ? inWords(choices[String(each)] as Words) : String(each));
  if (Array.isArray(value)) return value.map(one).join(" · ");
  if (typeof value === "number") return ltr(Number.isInteger(value) ? whole(value) : value);
  if (type === "date" && typeof value === "string" && /^\d{4}-\d\d-\d\d$/.test(value)) return date(value);
  if (typeof value === "boolean") return value ? said.yes : said.no;
  return one(value);
}

export function Answers({ report }: { report: ReportOpened }) {
  const said = todayWords();
  const sections = report.sections;
  return (
    <>
      <h3 class="pane__part">{said.checklist}</h3>
      {sections.length === 0 && <p class="muted pane__foot">{said.noAnswers}</p>}
      {report.remarks.length > 0 && (
        <ul class="plain remarks" data-testid="report-remarks">
          {report.remarks.map((remark) => (
            <li key={remark} {...toldIn(remark)}>
              {remark}
            </li>
          ))}
        </ul>
      )}
      {sections.map((section) => (
        <Section key={section.name} section={section} />
      ))}
    </>
  );
}

function Section({ section }: { section: SectionShown }) {
  const said = todayWords();
  const items = [...new Set(section.answers.map(({ item }) => item))];
  const title = inWords(section.label) || said.otherAnswers;
  return (
    <div class="answers" data-testid="answer-section">
      {items.map((item, at) => (
        <section key={item ?? ""} aria-label={item === null ? title : `${title} ${at + 1}`}>
          <h4 class="answers__title">
            {title} {item !== null && <bdi>{at + 1}</bdi>}
          </h4>
          <dl class="facts">
            {section.answers
              .filter((answer) => answer.item === item)
              .map((answer) => (
                <Answer key={answer.id ?? answer.question} answer={answer} />
              ))}
          </dl>
        </section>
      ))}
    </div>
  );
}

function Answer({ answer }: { answer: AnswerShown }) {
  const said = todayWords();
  const label = inWords(answer.label) || answer.question;
  const picture = answer.type === "signature" || answer.type === "photo";
  return (
    <div data-testid="answer" data-question={answer.question}>
      <dt>{answer.id === null ? label : <Link to={recordAddress(answer.id)}>{label}</Link>}</dt>
      <dd>
        {answer.missing ? (
          <Chip small icon={CircleDashed}>
            {said.notAnswered}
          </Chip>
        ) : picture && typeof answer.value === "string" ? (
          <Link to={recordAddress(answer.value)}>{answer.type === "signature" ? said.signed : said.photographed}</Link>
        ) : (
          <bdi>{answer.masked ? ltr(answerText(answer)) : answerText(answer)}</bdi>
        )}{" "}
        {answer.disputed && (
          <Chip small tone="warn" icon={GitCompareArrows}>
            {historyWords().disputed}
          </Chip>
        )}
        {answer.raised.map((sentence) => (
          <p key={sentence.en} class="answers__finding" data-testid="answer-finding">
            <TriangleAlert size={16} aria-hidden="true" />
            <b>{inWords(sentence)}</b>
          </p>
        ))}
      </dd>
    </div>
  );
}
