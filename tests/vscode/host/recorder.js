// What became of each test, told as it happens: to a file from inside the editor, to the terminal from outside.
'use strict';

/**
 * A reporter for mocha.
 * @param Mocha its module, which is found elsewhere inside and outside
 * @param tell gets `{ event: 'begin' | 'pass' | 'fail', title, fault? }`, one call an event.
 */
exports.recorder = (Mocha, tell) =>
  function (runner) {
    const { EVENT_TEST_BEGIN, EVENT_TEST_PASS, EVENT_TEST_FAIL } = Mocha.Runner.constants;
    runner.on(EVENT_TEST_BEGIN, (test) => tell({ event: 'begin', title: test.fullTitle() }));
    runner.on(EVENT_TEST_PASS, (test) => tell({ event: 'pass', title: test.fullTitle() }));
    // Hooks fail here too: their titles name the test they were for.
    runner.on(EVENT_TEST_FAIL, (test, fault) =>
      tell({ event: 'fail', title: test.fullTitle(), fault: String((fault && fault.stack) || fault) }),
    );
  };
