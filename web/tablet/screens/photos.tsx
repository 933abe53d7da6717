/** Photos: kept on this tablet with their fingerprint; their description travels with the report. */
import { Camera, HardDrive, ImageOff } from "lucide-preact";
import { useEffect, useState } from "preact/hooks";
import { clock, day, whole } from "../../shared/format";
import { Banner, Button, Choice, Empty, Loading } from "../../shared/parts";
import { ltr } from "../../shared/words";
import { ownPhotos } from "../logic/checked";
import type { TakenPhoto } from "../logic/draft";
import { refusal } from "../logic/picture";
import { flushAll } from "../state/drafts";
import { newId, officeNowMs, tablet, useAsked } from "../state/field";
import { photoWords } from "../words/report";
import { Shell } from "./shell";
import type { PartProps } from "./visit";

const PURPOSES = ["page of register", "unit", "other"] as const;
type Purpose = (typeof PURPOSES)[number];
const KILOBYTE = 1024;

const purposeOf = (text: string): Purpose | null => PURPOSES.find((each) => each === text) ?? null;

/** A purpose as people read it. */
export const purposeWords = (text: string): string => photoWords()[purposeOf(text) ?? "other"];

export function VisitPhotos({ keeping }: PartProps) {
  const t = photoWords();
  const draft = keeping.value.value;
  const [working, setWorking] = useState(false);
  const [said, setSaid] = useState<string | null>(null);
  // A picture that answers a question of the checklist is shown there, and stays with its answer.
  const shown = ownPhotos(draft);
  const change = (photos: readonly TakenPhoto[]): void => keeping.change({ ...keeping.value.peek(), photos });

  async function add(files: readonly File[]): Promise<void> {
    setWorking(true);
    setSaid(null);
    try {
      for (const file of files) {
        const refused = await refusal(file, decode);
        if (refused !== null) {
          setSaid(t[refused](`\u2068${file.name}\u2069`));
          continue;
        }
        const taken_ms = officeNowMs();
        const { sha256, size, media_type } = await tablet().photos.add(file, { visit: draft.visit, taken_ms });
        const before = keeping.value.peek().photos;
        if (before.some((photo) => photo.sha256 === sha256)) setSaid(t.twice);
        else change([...before, { id: newId(), sha256, size, media_type, taken_ms, purpose: lastPurpose(before) }]);
      }
      flushAll();
    } catch (error) {
      console.error(error);
      setSaid(t.failed);
    } finally {
      setWorking(false);
    }
  }

  return (
    <>
      <div class="section line wrap">
        <label class="button button--main button--large">
          <Camera size={20} aria-hidden="true" />
          {working ? t.keeping : t.take}
          <input
            class="visually-hidden"
            type="file"
            accept="image/*"
            capture="environment"
            data-testid="photo-input"
            onChange={(event) => {
              const files = [...(event.currentTarget.files ?? [])];
              event.currentTarget.value = "";
              void add(files);
            }}
          />
        </label>
      </div>
      {said !== null && <Banner tone="warn" title={<span data-testid="photo-said">{said}</span>} />}
      <Banner icon={HardDrive} title={t.keptHere}>
        {t.keptHereMore}
      </Banner>
      {shown.length === 0 && (
        <Empty icon={Camera} title={t.none}>
          {t.noneNext}
        </Empty>
      )}
      <ul class="pictures">
        {shown.map((photo) => (
          <li key={photo.id} class="card picture" data-testid="photo" data-sha256={photo.sha256}>
            <Thumbnail sha256={photo.sha256} purpose={photo.purpose} />
            <div class="stack picture__about">
              <span class="dense">
                {t.taken(`${day(photo.taken_ms)} ${ltr(clock(photo.taken_ms))}`)} · {kilobytes(photo.size)}
              </span>
              <Choice label={t.purpose} value={purposeOf(photo.purpose)} options={PURPOSES.map((value) => ({ value, label: t[value] }))} onChoose={(purpose) => change(keeping.value.peek().photos.map((each) => (each.id === photo.id ? { ...each, purpose } : each)))} />
              <Button look="quiet" onClick={() => change(keeping.value.peek().photos.filter(({ id }) => id !== photo.id))}>
                {t.remove}
              </Button>
            </div>
          </li>
        ))}
      </ul>
    </>
  );
}

/** The next photo probably shows what the last one did; not what a signature did. */
const lastPurpose = (before: readonly TakenPhoto[]): string => before.map(({ purpose }) => purpose).findLast((purpose) => purposeOf(purpose) !== null) ?? "";

/** Fails for what this browser cannot show as a picture. */
export async function decode(file: Blob): Promise<void> {
  (await createImageBitmap(file)).close();
}

const kilobytes = (size: number): string => photoWords().size(whole(Math.max(1, Math.round(size / KILOBYTE))));

/** The picture as it lies on this tablet; a sign where it is not here. */
export function Thumbnail({ sha256, purpose }: { sha256: string; purpose: string }) {
  const t = photoWords();
  const [found, setFound] = useState<{ url: string | null } | null>(null);
  useEffect(() => {
    let url: string | null = null;
    let gone = false;
    void tablet()
      .photos.get(sha256)
      .then((blob) => {
        if (gone) return;
        url = blob === null ? null : URL.createObjectURL(blob);
        setFound({ url });
      });
    return () => {
      gone = true;
      if (url !== null) URL.revokeObjectURL(url);
    };
  }, [sha256]);
  if (found === null || found.url === null) {
    return <span class="picture__none">{found !== null && <ImageOff size={24} aria-hidden="true" />}</span>;
  }
  return <img class="picture__image" src={found.url} alt={t.picture(purposeWords(purpose))} loading="lazy" />;
}

/** Every picture that lies on this tablet. */
export function AllPhotos() {
  const t = photoWords();
  const found = useAsked((from) => from.photos.all(), "photos");
  return (
    <Shell title={t.title} sub={t.all}>
      <Banner icon={HardDrive} title={t.keptHere}>
        {t.allHint}
      </Banner>
      {found === undefined && <Loading />}
      {found?.length === 0 && (
        <Empty icon={Camera} title={t.none}>
          {t.noneNext}
        </Empty>
      )}
      <ul class="pictures">
        {found
          ?.toSorted((a, b) => b.at_ms - a.at_ms)
          .map((photo) => (
            <li key={photo.sha256} class="card picture">
              <Thumbnail sha256={photo.sha256} purpose="other" />
              <span class="dense picture__about">
                {t.taken(`${day(photo.at_ms)} ${ltr(clock(photo.at_ms))}`)} · {kilobytes(photo.size)}
                {photo.freed_ms !== undefined && <span data-testid="photo-freed">{t.freed}</span>}
              </span>
            </li>
          ))}
      </ul>
    </Shell>
  );
}
