// Runs in the browser: what is wrong with the page as it is shown.
const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
const colours = new Map();
const text = (node) => node.textContent.trim().slice(0, 40);

/** CSS colour -> [red, green, blue, alpha 0..1]. */
function colourOf(css) {
  const known = colours.get(css);
  if (known) return known;
  canvas.clearRect(0, 0, 1, 1);
  canvas.fillStyle = css;
  canvas.fillRect(0, 0, 1, 1);
  const [red, green, blue, alpha] = canvas.getImageData(0, 0, 1, 1).data;
  colours.set(css, [red, green, blue, alpha / 255]);
  return [red, green, blue, alpha / 255];
}

const over = (front, back) => [...[0, 1, 2].map((i) => front[i] * front[3] + back[i] * (1 - front[3])), 1];

function backgroundOf(element) {
  const layers = [];
  for (let at = element; at; at = at.parentElement) {
    const colour = colourOf(getComputedStyle(at).backgroundColor);
    if (colour[3] > 0) layers.push(colour);
    if (colour[3] === 1) break;
  }
  return layers.reduceRight((back, front) => over(front, back), colourOf('Canvas'));
}

function luminance(colour) {
  const [red, green, blue] = colour
    .slice(0, 3)
    .map((part) => (part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(a, b) {
  const [dark, light] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (light + 0.05) / (dark + 0.05);
}

const isSeen = (element) =>
  element.checkVisibility({ opacityProperty: true, visibilityProperty: true }) &&
  element.getBoundingClientRect().width > 0;

function faultsOfText(node) {
  const element = node.parentElement;
  if (!text(node) || /^(STYLE|SCRIPT|NOSCRIPT)$/.test(element.tagName) || !isSeen(element)) return [];
  const { color, fontSize } = getComputedStyle(element);
  const back = backgroundOf(element);
  const ratio = contrast(over(colourOf(color), back), back);
  return [
    ...(ratio < 4.5 ? [`contrast ${ratio.toFixed(2)}: ${text(node)}`] : []),
    ...(Number.parseFloat(fontSize) < 12 ? [`only ${fontSize}: ${text(node)}`] : []),
  ];
}

const faultsOfImage = (image) => [
  ...(image.hasAttribute('alt') ? [] : [`no alt: ${image.src}`]),
  ...(image.complete && image.naturalWidth > 0 ? [] : [`not loaded: ${image.src}`]),
];

const hasName = (element) =>
  [
    element.getAttribute('aria-label'),
    element.getAttribute('title'),
    element.textContent,
    ...[...element.querySelectorAll('img')].map((image) => image.alt),
    ...[...(element.labels ?? [])].map((label) => label.textContent),
  ].some((name) => name?.trim());

// biome-ignore lint/correctness/noUnusedVariables: called by what puts this into the page
function faultsOfPage() {
  const { scrollWidth, clientWidth } = document.documentElement;
  const texts = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) texts.push(walker.currentNode);
  return [
    ...(scrollWidth > clientWidth ? [`wider than the window: ${scrollWidth} > ${clientWidth}`] : []),
    ...(document.title.trim() ? [] : ['no title']),
    ...(document.querySelectorAll('h1').length === 1 ? [] : ['not one h1']),
    ...texts.flatMap(faultsOfText),
    ...[...document.images].flatMap(faultsOfImage),
    ...[...document.querySelectorAll('a[href], button, iframe, input:not([type=hidden])')]
      .filter((element) => isSeen(element) && !hasName(element))
      .map((element) => `no name: ${element.outerHTML.slice(0, 80)}`),
  ];
}
