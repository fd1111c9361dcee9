// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {EvidenceLog} from "../../src/EvidenceLog.sol";
import {MemberRegistry} from "../../src/MemberRegistry.sol";
import {OrgAccount} from "../../src/OrgAccount.sol";
import {addressKey} from "../../src/types/KeyId.sol";
import {OrgId} from "../../src/types/OrgId.sol";
import {Purpose} from "../../src/types/Purpose.sol";
import {Roles} from "../../src/types/Roles.sol";
import {Vm} from "./Vm.sol";

/// @title Fixture
/// @notice A small consortium: one supplier, one scorer, one outsider that is a member in neither role
abstract contract Fixture {
    Vm internal constant vm = Vm(0x7109709ECfa91a80626fF3989D68f67F5b1DD12D);
    uint256 internal constant START = 1_790_000_000;

    string internal constant SUPPLIER_LEI = "5299000SUPPLIER0SU37";
    string internal constant SCORER_LEI = "5299000SCORER000SC75";
    string internal constant OTHER_LEI = "5299000OTHER0000OT94";
    OrgId internal immutable supplier = orgOf(SUPPLIER_LEI);
    OrgId internal immutable scorer = orgOf(SCORER_LEI);
    OrgId internal immutable other = orgOf(OTHER_LEI);

    address internal constant ADMIN = address(0xAD);
    address internal constant ENROLLER = address(0xE0);
    address internal constant PAUSER = address(0xBA);
    address internal constant STRANGER = address(0x57);
    address internal constant SUPPLIER_ANCHOR = address(0xA1);
    address internal constant SCORER_ANCHOR = address(0xA2);
    address internal constant OTHER_ANCHOR = address(0xA3);
    uint256 internal constant SUPPLIER_OPERATOR_SECRET = 0x51;
    uint256 internal constant SCORER_OPERATOR_SECRET = 0x52;

    MemberRegistry internal registry;
    EvidenceLog internal evidenceLog;
    OrgAccount internal supplierAccount;
    OrgAccount internal scorerAccount;

    function setUp() public virtual {
        vm.warp(START);
        registry = new MemberRegistry(2 days, ADMIN, ENROLLER, PAUSER);
        evidenceLog = new EvidenceLog(registry);
        supplierAccount = new OrgAccount(registry, supplier);
        scorerAccount = new OrgAccount(registry, scorer);
        vm.startPrank(ENROLLER);
        registry.enrol(supplier, SUPPLIER_LEI, "Cathode GmbH", "https://cathode.example", Roles.SUPPLIER);
        registry.enrol(scorer, SCORER_LEI, "Score AG", "", Roles.SCORER | Roles.PURCHASER);
        registry.enrol(other, OTHER_LEI, "Other SA", "", Roles.BANK);
        registry.setAccount(supplier, address(supplierAccount));
        registry.setAccount(scorer, address(scorerAccount));
        addKey(supplier, SUPPLIER_ANCHOR, Purpose.ANCHOR);
        addKey(scorer, SCORER_ANCHOR, Purpose.ANCHOR);
        addKey(other, OTHER_ANCHOR, Purpose.ANCHOR);
        addKey(supplier, vm.addr(SUPPLIER_OPERATOR_SECRET), Purpose.ATTEST);
        addKey(scorer, vm.addr(SCORER_OPERATOR_SECRET), Purpose.ATTEST);
        vm.stopPrank();
    }

    /// @dev Call as the enroller.
    function addKey(OrgId org, address holder, uint8 purpose) internal {
        registry.registerKey(org, addressKey(holder), purpose, "", uint64(START));
    }

    function orgOf(string memory lei) internal pure returns (OrgId) {
        return OrgId.wrap(sha256(abi.encodePacked("credence/org/v1:", lei)));
    }

    /// @dev Deploys published bytecode, constructor arguments behind it.
    function deploy(string memory path, bytes memory arguments) internal returns (address where) {
        bytes memory code =
            abi.encodePacked(vm.parseJsonBytes(vm.readFile(path), ".bytecode"), arguments);
        assembly ("memory-safe") {
            where := create(0, add(code, 0x20), mload(code))
        }
        require(where != address(0), "the published bytecode does not deploy");
    }

    function bound(uint256 value, uint256 low, uint256 high) internal pure returns (uint256) {
        return low + value % (high - low + 1);
    }
}
