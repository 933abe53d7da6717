/** An answer that is a picture: a signature drawn on the screen, or a photo. Kept as photos are, under its fingerprint. */
import { Camera, Eraser, PenLine } from "lucide-preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { clock } from "../../shared/format";
import { Button } from "../../shared/parts";
import { ltr } from "../../shared/words";
import { said, type Tongue } from "../logic/asking";
import type { Question } from "../logic/checklist";
import type { TakenPhoto } from "../logic/draft";
import { refusal } from "../logic/picture";
import { flushAll } from "../state/drafts";
import { newId, officeNowMs, tablet } from "../state/field";
import { aroundWords } from "../words/checklist";
import { decode, Thumbnail } from "./photos";

const PURPOSE_MAX = 300;

interface PictureProps {
  readonly question: Question;
  readonly testid: string;
  readonly label: string;
  readonly visit: string;
  readonly kept: TakenPhoto | null;
  readonly tongue: Tongue;
  readonly onKeep: (photo: TakenPhoto | null) => void;
}

export function PictureAnswer(props: PictureProps) {
  const { question, kept, tongue, visit, onKeep } = props;
  const t = aroundWords(tongue);
  const [trouble, setTrouble] = useState<string | null>(null);
  const [drawing, setDrawing] = useState(false);
  const signature = question.type === "signature";

  async function keep(picture: Blob): Promise<void> {
    setTrouble(null);
    try {
      const refused = await refusal(picture, decode);
      if (refused !== null) return setTrouble(refused === "too-big" ? t.tooBig : t.noPicture);
      const taken_ms = officeNowMs();
      const { sha256, size, media_type } = await tablet().photos.add(picture, { visit, taken_ms });
      const purpose = `${signature ? "signature of" : "photo for"} ${said(question.label, "en") || question.name}`.slice(0, PURPOSE_MAX);
      onKeep({ id: newId(), sha256, size, media_type, taken_ms, purpose });
      setDrawing(false);
      flushAll();
    } catch (error) {
      console.error(error);
      setTrouble(t.failed);
    }
  }

  return (
    <div class="stack stack--close" role="group" aria-label={props.label} data-testid={props.testid}>
      {kept !== null && !drawing && (
        <div class="line wrap">
          <span class="signed">
            <Thumbnail sha256={kept.sha256} purpose={kept.purpose} />
          </span>
          <span class="dense">{signature ? t.signed(ltr(clock(kept.taken_ms))) : t.taken(ltr(clock(kept.taken_ms)))}</span>
        </div>
      )}
      {drawing && <Pad label={props.label} tongue={tongue} onKeep={(picture) => void keep(picture)} onLeave={() => setDrawing(false)} />}
      {!drawing && (
        <div class="line wrap">
          {signature ? (
            <Button icon={PenLine} data-testid={`${props.testid}-sign`} onClick={() => setDrawing(true)}>
              {kept === null ? t.signNow : t.signAgain}
            </Button>
          ) : (
            <FileButton words={kept === null ? t.takePicture : t.again} testid={`${props.testid}-file`} onFile={(file) => void keep(file)} />
          )}
          {kept !== null && (
            <Button look="quiet" onClick={() => onKeep(null)}>
              {t.leaveOut}
            </Button>
          )}
        </div>
      )}
      {trouble !== null && (
        <p class="warned dense" role="alert">
          {trouble}
        </p>
      )}
    </div>
  );
}

function FileButton({ words, testid, onFile }: { words: string; testid: string; onFile: (file: File) => void }) {
  return (
    <label class="button">
      <Camera size={20} aria-hidden="true" />
      {words}
      <input
        class="visually-hidden"
        type="file"
        accept="image/*"
        capture="environment"
        data-testid={testid}
        onChange={(event) => {
          const [file] = event.currentTarget.files ?? [];
          event.currentTarget.value = "";
          if (file !== undefined) onFile(file);
        }}
      />
    </label>
  );
}

const PAD = { width: 640, height: 220 } as const;
const PEN_WIDTH = 2.5;

interface PadProps {
  readonly label: string;
  readonly tongue: Tongue;
  readonly onKeep: (picture: Blob) => void;
  readonly onLeave: () => void;
}

/** A white sheet on which a finger or a pen writes; what is kept is black on white in every theme. */
function Pad({ label, tongue, onKeep, onLeave }: PadProps) {
  const t = aroundWords(tongue);
  const sheet = useRef<HTMLCanvasElement>(null);
  const last = useRef<{ x: number; y: number } | null>(null);
  const [drawn, setDrawn] = useState(false);

  function wipe(): void {
    const pen = sheet.current?.getContext("2d");
    if (!pen) return;
    pen.fillStyle = "white";
    pen.fillRect(0, 0, PAD.width, PAD.height);
    pen.strokeStyle = "black";
    pen.lineWidth = PEN_WIDTH;
    pen.lineCap = pen.lineJoin = "round";
    setDrawn(false);
  }
  useEffect(wipe, []);

  function at(event: PointerEvent): { x: number; y: number } {
    const canvas = sheet.current;
    const box = canvas?.getBoundingClientRect();
    if (!box || box.width === 0) return { x: 0, y: 0 };
    return { x: ((event.clientX - box.left) * PAD.width) / box.width, y: ((event.clientY - box.top) * PAD.height) / box.height };
  }

  function draw(event: PointerEvent): void {
    const pen = sheet.current?.getContext("2d");
    if (!pen || last.current === null) return;
    const to = at(event);
    pen.beginPath();
    pen.moveTo(last.current.x, last.current.y);
    pen.lineTo(to.x, to.y);
    pen.stroke();
    last.current = to;
    setDrawn(true);
  }

  return (
    <div class="stack stack--close">
      <p class="dense muted">{t.sign}</p>
      <canvas
        ref={sheet}
        class="sign-pad"
        width={PAD.width}
        height={PAD.height}
        role="img"
        aria-label={label}
        data-testid="signature-pad"
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          last.current = at(event);
          draw(event);
        }}
        onPointerMove={draw}
        onPointerUp={() => (last.current = null)}
        onPointerCancel={() => (last.current = null)}
      />
      <div class="line wrap">
        <Button look="main" data-testid="signature-keep" blocked={drawn ? null : t.sign} onClick={() => sheet.current?.toBlob((picture) => picture !== null && onKeep(picture), "image/png")}>
          {t.keepSignature}
        </Button>
        <Button icon={Eraser} onClick={wipe}>
          {t.clear}
        </Button>
        <Button look="quiet" onClick={onLeave}>
          {t.leaveOut}
        </Button>
      </div>
    </div>
  );
}
