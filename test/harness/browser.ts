/** A headless Chromium, where there is one. */
import { existsSync } from "node:fs";
import { type Browser, chromium, type Page } from "playwright-core";

const CANDIDATES = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
/** Pages wait for a machine that may be busy. */
const PATIENCE_MS = 30_000;

/** Without a screen, and without whatever would reach out to the network. */
const ARGUMENTS = [
  ...["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"],
  ...["--disable-background-networking", "--disable-component-update", "--disable-sync"],
];

/** The browser's program: that of the variable CHROMIUM, else one of the usual places; null: none is installed. */
export function findChromium(): string | null {
  const asked = process.env.CHROMIUM;
  return asked || (CANDIDATES.find((path) => existsSync(path)) ?? null);
}

/** What a test says that is skipped for want of a browser. */
export const NO_CHROMIUM =
  "no Chromium is installed here (apt-get install chromium, or set CHROMIUM to its path)";

export function launchBrowser(program: string): Promise<Browser> {
  return chromium.launch({ executablePath: program, args: ARGUMENTS });
}

export interface OpenedPage {
  page: Page;
  /** Errors that scripts of the page threw or logged. */
  errors: string[];
}

/** Opens a page in a context of its own, as another person would. */
export async function openPage(browser: Browser, url: string): Promise<OpenedPage> {
  const context = await browser.newContext();
  context.setDefaultTimeout(PATIENCE_MS);
  const page = await context.newPage();
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error") errors.push(message.text());
  });
  await page.goto(url);
  return { page, errors };
}
