// Names for those who do not care: an adjective and the surname of someone worth reading about.
const adjectives =
  'able agile amber ample apt bold brave bright brisk calm candid civil clear clever cool crisp curious daring deft ' +
  'eager early easy elegant fair fine firm fluent fond free fresh gentle glad golden good grand happy hardy honest ' +
  'humble ideal jolly keen kind lively loyal lucid lucky mellow merry mild modest neat nimble noble open patient ' +
  'plain polite prime proud pure quick quiet rapid ready regal sage sane serene sharp silent simple sincere smart ' +
  'smooth snug sober solid sound spry stable steady still stoic strong subtle sunny sure sweet swift tender tidy ' +
  'true upbeat valiant vivid warm wise witty young zesty';
const surnames =
  'abel ampere archimedes avicenna babbage banach bell bernoulli blackwell bohr boole brahe brahmagupta cantor carson ' +
  'cartan cauchy cerf clarke codd cori curie dalton darwin descartes dijkstra dirac edison einstein engelbart euclid ' +
  'euler faraday fermat fermi feynman fibonacci fourier franklin galileo galois gauss germain godel goodall hamilton ' +
  'hardy hawking heisenberg hertz hilbert hopper hubble huygens hypatia jacobi jemison johnson joliot joule kay kepler ' +
  'khorana knuth kovalevskaya lagrange lamarr laplace leavitt leibniz lamport liskov lovelace lumiere mayer maxwell ' +
  'mcclintock meitner mendel mendeleev mirzakhani morse moser napier nash neumann newton nobel noether pascal pasteur ' +
  'perlman planck poincare poitras ptolemy raman ramanujan riemann ritchie rosalind rubin salk shannon sinoussi ' +
  'stallman swartz tesla thompson torvalds turing vaughan villani volhard wiles wilson wozniak wright yalow yonath';

/** A random `adjective_surname`. `random` gives bytes. */
export function randomName(random: (length: number) => Uint8Array): string {
  const pick = (words: string) => {
    const list = words.split(' ');
    const [high = 0, low = 0] = random(2);
    return list[(high * 256 + low) % list.length] as string;
  };
  return `${pick(adjectives)}_${pick(surnames)}`;
}
