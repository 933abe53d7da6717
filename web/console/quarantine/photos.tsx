/** Photos whose bytes are kept and could not be opened: whose they are, what is wrong, and what to do. */
import { ImageOff, MousePointerClick, PackageCheck } from "lucide-preact";
import { faultName } from "../../shared/faults";
import { clock, day, today } from "../../shared/format";
import { Banner, Empty, Loading, Num, Trouble } from "../../shared/parts";
import type { PhotoHeld } from "../../shared/wire.gen";
import { useList } from "../data";
import { address, Link, parts, recordAddress } from "../router";
import { Original } from "../today/original";
import { valueText, when } from "../values";
import { photoWords } from "../words/photos";

/** All photos that could not be opened. The navigation and the room ask the same question, once. */
export function usePhotosHeld() {
  return useList<PhotoHeld>("/api/quarantine/photos", {}, (last) => last.photo);
}

/** The one that is opened by the address. */
export function usePhotoOpened(): PhotoHeld | undefined {
  return usePhotosHeld().data?.find((each) => each.photo === parts.value[1]);
}

export function PhotoRows() {
  const said = photoWords();
  const list = usePhotosHeld();
  return (
    <>
      {list.problem !== null && <Trouble problem={list.problem} again={list.again} />}
      {!list.data && list.problem === null && <Loading />}
      {list.data?.length === 0 && (
        <Empty icon={PackageCheck} title={said.none}>
          {said.noneNext}
        </Empty>
      )}
      <ul class="grow">
        {list.data?.map((photo) => (
          <li key={photo.photo} data-testid="photo-held" data-photo={photo.photo}>
            <Link class="pick" to={address(["quarantine", photo.photo], { status: "photos" })} aria-current={photo.photo === parts.value[1] ? "true" : undefined}>
              <span class="pick__title">{faultName(photo.reason, photo.why)}</span>
              <span class="pick__line">
                <bdi>{photo.establishment_name ?? photo.device_name}</bdi>
                <span class="caption pick__side">
                  <Num>{today(photo.received_ms) === today(Date.now()) ? clock(photo.received_ms) : day(photo.received_ms)}</Num>
                </span>
              </span>
            </Link>
          </li>
        ))}
      </ul>
    </>
  );
}

export function PhotoPane() {
  const said = photoWords();
  const list = usePhotosHeld();
  const photo = usePhotoOpened();
  if (!photo) return list.data?.length ? <Empty icon={MousePointerClick} title={said.choose} /> : null;
  const facts = [
    { label: said.establishment, value: photo.establishment_name ?? said.noEstablishment },
    { label: said.inspector, value: photo.inspector_name ?? said.noEstablishment },
    { label: said.tablet, value: photo.device_name },
    { label: said.received, value: when(photo.received_ms) },
    { label: said.size, value: valueText("photo", "size", photo.size) },
  ];
  return (
    <>
      <header class="pane__head">
        <div class="grow">
          <p class="caption">{said.notOpened}</p>
          <h2>{faultName(photo.reason, photo.why)}</h2>
        </div>
        <Original photo={photo.photo} name={photo.sha256} title={photo.caption ?? said.photo} />
      </header>
      <Banner icon={ImageOff} title={said.keptWhole}>
        {said.nextWords}
      </Banner>
      <dl class="facts">
        {facts.map((each) => (
          <div key={each.label}>
            <dt>{each.label}</dt>
            <dd>
              <bdi>{each.value}</bdi>
            </dd>
          </div>
        ))}
        <div>
          <dt>{said.fingerprint}</dt>
          <dd class="break" dir="ltr">
            {photo.sha256}
          </dd>
        </div>
        <div>
          <dt>{said.photo}</dt>
          <dd>{photo.report ? <Link to={recordAddress(photo.photo)}>{photo.caption ?? said.photo}</Link> : said.noReport}</dd>
        </div>
      </dl>
    </>
  );
}
