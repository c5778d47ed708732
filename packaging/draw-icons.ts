import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, chromium } from '@playwright/test';
import { ROOT } from '../scripts/checkout.mjs';
import { findChromium } from '../scripts/requirements.ts';
import { encodeIcns, encodeIco, type IconImage } from './icon-containers.ts';
import {
  ICNS,
  ICO,
  ICON_SOURCE,
  ICON_SOURCE_HASH,
  iconSourceHash,
  LINUX_ICONS,
  linuxIconFile,
  WINDOW_ICON,
} from './icon-files.ts';

/** Of a macOS icon the picture takes 824 of 1024 pixels: https://developer.apple.com/design/resources/ */
const MAC_SCALE = 824 / 1024;

/** What `npm run icons` does: draws every icon file from the one SVG, with an installed Chromium. */
async function drawIcons(root: string): Promise<void> {
  const executablePath = findChromium({ platform: process.platform, environment: process.env });
  if (executablePath === undefined) {
    throw new Error('Drawing the icons needs Chromium. Install it, or name it in SLIPWAY_TEST_CHROMIUM.');
  }
  const svg = readFileSync(join(root, ICON_SOURCE), 'utf8');
  const browser = await chromium.launch({ executablePath });
  try {
    const draw = (size: number, scale = 1): Promise<IconImage> => drawImage(browser, svg, size, scale);
    mkdirSync(join(root, LINUX_ICONS.folder), { recursive: true });
    for (const size of LINUX_ICONS.sizes) {
      writeFileSync(join(root, linuxIconFile(size)), (await draw(size)).png);
    }
    writeFileSync(join(root, WINDOW_ICON.file), (await draw(WINDOW_ICON.size)).png);
    writeFileSync(join(root, ICO.file), encodeIco(await inTurn(ICO.sizes, (size) => draw(size))));
    writeFileSync(
      join(root, ICNS.file),
      encodeIcns(await inTurn(ICNS.sizes, (size) => draw(size, MAC_SCALE))),
    );
    writeFileSync(join(root, ICON_SOURCE_HASH), `${iconSourceHash(root)}\n`);
  } finally {
    await browser.close();
  }
}

async function drawImage(browser: Browser, svg: string, size: number, scale: number): Promise<IconImage> {
  const page = await browser.newPage({ viewport: { width: size, height: size } });
  const side = size * scale;
  await page.setContent(
    `<style>html,body{margin:0;height:100%;display:grid;place-items:center;background:none}
     svg{display:block;width:${side}px;height:${side}px}</style>${svg}`,
  );
  const png = await page.screenshot({ omitBackground: true });
  await page.close();
  return { size, png };
}

async function inTurn<T, R>(items: readonly T[], act: (item: T) => Promise<R>): Promise<readonly R[]> {
  const results: R[] = [];
  for (const item of items) results.push(await act(item));
  return results;
}

try {
  await drawIcons(ROOT);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
