/**
 * Watches how long this thread works without letting others in, until the function it gives is called: milliseconds of CPU time, since
 * on a busy machine the time on the clock is other programs' as well.
 */
export function longestPiece(): () => number {
  const spent = () => {
    const { user, system } = process.threadCpuUsage();
    return (user + system) / 1000;
  };
  let longest = 0;
  let last = spent();
  const timer = setInterval(() => {
    const now = spent();
    longest = Math.max(longest, now - last);
    last = now;
  }, 1);
  return () => {
    clearInterval(timer);
    return longest;
  };
}
