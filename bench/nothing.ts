// The empty program: what starting costs before anything is done. Compiled like the real one.
console.log('ok');
