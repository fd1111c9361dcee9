// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Months
/// @notice Calendar months in UTC, counted from year 0: `year * 12 + month - 1`, as the score counts them
library Months {
    uint256 private constant DAYS_TO_1970 = 719_468; // from 1 March of year 0
    uint256 private constant DAYS_IN_ERA = 146_097; // 400 years

    /// @notice The month in which `time` (seconds since 1970) lies, and the whole days of it that are over
    /// @dev The proleptic Gregorian calendar with years that begin in March, so that the leap day comes last.
    function split(uint64 time) internal pure returns (uint32 month, uint256 daysOver) {
        unchecked {
            uint256 day = uint256(time) / 1 days + DAYS_TO_1970;
            uint256 era = day / DAYS_IN_ERA;
            uint256 dayOfEra = day % DAYS_IN_ERA;
            uint256 yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365;
            uint256 dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
            // Five months from March on have 153 days, and so have the next five.
            uint256 fromMarch = (5 * dayOfYear + 2) / 153;
            daysOver = dayOfYear - (153 * fromMarch + 2) / 5;
            // March of a year is its month number 2.
            month = uint32((era * 400 + yearOfEra) * 12 + fromMarch + 2);
        }
    }
}
