// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Months} from "../src/libraries/Months.sol";
import {Vm} from "./support/Vm.sol";

contract MonthsTest {
    Vm private constant vm = Vm(0x7109709ECfa91a80626fF3989D68f67F5b1DD12D);

    function testKnownDays() external pure {
        check(0, 1970, 1, 0);
        check(951_782_400, 2000, 2, 28); // 29 February 2000
        check(951_868_800, 2000, 3, 0);
        check(1_709_164_800, 2024, 2, 28); // 29 February 2024
        check(1_790_000_000, 2026, 9, 20);
        check(1_767_225_599, 2025, 12, 30); // the last second of 2025
        check(1_767_225_600, 2026, 1, 0);
        check(4_107_542_399, 2100, 2, 27); // 2100 has no leap day
        check(4_107_542_400, 2100, 3, 0);
    }

    /// @dev Against a walk through the calendar, month by month.
    function testFuzzTheCalendarIsTheOneThatIsWalked(uint256 seed) external pure {
        uint64 time = uint64(seed % 8_000_000_000); // to the year 2223
        uint256 left = time / 1 days;
        uint256 year = 1970;
        uint256 number = 0;
        while (left >= daysIn(year, number)) {
            left -= daysIn(year, number);
            number += 1;
            if (number == 12) (year, number) = (year + 1, 0);
        }
        check(time, year, number + 1, left);
    }

    function testFuzzAnyTimeHasAMonthAndMonthsNeverRunBackwards(uint64 time, uint32 later) external pure {
        vm.assume(time < 1 << 60);
        (uint32 one,) = Months.split(time);
        (uint32 other,) = Months.split(time + later);
        require(one <= other, "backwards");
    }

    function daysIn(uint256 year, uint256 number) private pure returns (uint256) {
        if (number == 1) return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 ? 29 : 28;
        return number == 3 || number == 5 || number == 8 || number == 10 ? 30 : 31;
    }

    function check(uint64 time, uint256 year, uint256 number, uint256 daysOver) private pure {
        (uint32 month, uint256 over) = Months.split(time);
        vm.assertEq(month, year * 12 + number - 1, "month");
        vm.assertEq(over, daysOver, "days");
    }
}
