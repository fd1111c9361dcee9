/** Codes in a picture or before the camera. The decoder is WebAssembly that the node itself serves: no other host. */
import { BarcodeDetector, setZXingModuleOverrides } from 'barcode-detector/ponyfill';
import wasm from 'zxing-wasm/reader/zxing_reader.wasm?url';

let ready: BarcodeDetector | null = null;

function detector(): BarcodeDetector {
  if (ready === null) {
    setZXingModuleOverrides({ locateFile: (path: string, prefix: string) => (path.endsWith('.wasm') ? wasm : prefix + path) });
    ready = new BarcodeDetector({ formats: ['qr_code', 'data_matrix', 'aztec'] });
  }
  return ready;
}

/** The text of the first code in a picture; null when there is none. */
export async function codeIn(picture: ImageBitmapSource): Promise<string | null> {
  const [found] = await detector().detect(picture);
  return found?.rawValue ?? null;
}

const EVERY_MS = 200;

/** Watch the camera until a code comes; `stop` lets it go. Rejects when there is no camera or it is not allowed. */
export async function watchCamera(video: HTMLVideoElement, found: (text: string) => void): Promise<() => void> {
  const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' } });
  video.srcObject = stream;
  await video.play();
  let over = false;
  const stop = (): void => {
    over = true;
    for (const track of stream.getTracks()) track.stop();
  };
  const look = async (): Promise<void> => {
    if (over) return;
    const text = await codeIn(video).catch(() => null);
    if (text !== null && !over) {
      stop();
      found(text);
    } else {
      setTimeout(() => void look(), EVERY_MS);
    }
  };
  void look();
  return stop;
}
