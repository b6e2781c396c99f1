// Stands in the place of the suite's own testharnessreport.js: it tells the runner
// what has come of the tests, by a line in the console that begins with a mark.

setup({ output: false });

add_completion_callback((tests, status) => {
  const subtests = tests.map(({ name, status, message }) => ({ name, status, message: message ?? "" }));
  console.debug("MARK", JSON.stringify({ status: status.status, message: status.message ?? "", subtests }));
});
