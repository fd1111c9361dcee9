// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Cause, GateState, Reason} from "../../src/interfaces/IQualificationGate.sol";
import {Months} from "../../src/libraries/Months.sol";
import {AttestationRequestData} from "./Eas.sol";
import {RepairFixture} from "./RepairFixture.sol";

/// @title GateFixture
/// @notice A supplier with twelve good months of one characteristic
abstract contract GateFixture is RepairFixture {
    int64 internal constant LIMIT = 1_670_000;
    uint32 internal running;

    function setUp() public virtual override {
        super.setUp();
        (running,) = Months.split(uint64(block.timestamp));
        for (uint32 back = 1; back <= 12; ++back) {
            attestMonth(month(CHARACTERISTIC, running - back, LIMIT, LIMIT + 200_000));
        }
    }

    /// @dev What the month said before is superseded.
    function restate(uint32 number, int64 cpk, int64 upper) internal {
        bytes32 before = capabilities.monthOf(supplier, CHARACTERISTIC, number, scorer).uid;
        attestMonthOver(before, number, cpk, upper);
    }

    function attestMonthOver(bytes32 before, uint32 number, int64 cpk, int64 upper) internal {
        AttestationRequestData memory request = month(CHARACTERISTIC, number, cpk, upper);
        request.refUID = before;
        attestMonth(request);
    }

    function expect(GateState expected) internal view returns (Reason[] memory reasons) {
        return expectAt(uint64(block.timestamp), expected);
    }

    function expectAt(uint64 time, GateState expected) internal view returns (Reason[] memory reasons) {
        GateState found;
        (found, reasons) = gate.state(purchaser, supplier, time);
        vm.assertEq(uint256(found), uint256(expected), "state");
    }

    /// @dev Exactly one reason, and this one.
    function only(Reason[] memory reasons, Cause cause, bool freezes, uint32 number, int64 value) internal pure {
        vm.assertEq(reasons.length, 1, "reasons");
        vm.assertEq(uint256(reasons[0].cause), uint256(cause), "cause");
        vm.assertEq(reasons[0].freezes, freezes, "freezes");
        vm.assertEq(reasons[0].month, number, "month");
        require(reasons[0].value == value, "value");
        require(reasons[0].characteristic == (number == 0 ? bytes32(0) : CHARACTERISTIC), "characteristic");
    }
}
