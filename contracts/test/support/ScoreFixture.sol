// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AccreditationRegistry} from "../../src/AccreditationRegistry.sol";
import {CapabilityResolver} from "../../src/CapabilityResolver.sol";
import {IAttestations} from "../../src/interfaces/IAttestations.sol";
import {PolicyDocument} from "../../src/interfaces/IPolicyRegistry.sol";
import {CapabilityRule, GateRule} from "../../src/interfaces/IQualificationGate.sol";
import {MemberGovernor} from "../../src/MemberGovernor.sol";
import {MemberTimelock} from "../../src/MemberTimelock.sol";
import {MemberVotes} from "../../src/MemberVotes.sol";
import {ObjectionBook} from "../../src/ObjectionBook.sol";
import {OrgAccount} from "../../src/OrgAccount.sol";
import {PolicyCreditResolver} from "../../src/PolicyCreditResolver.sol";
import {PolicyRegistry} from "../../src/PolicyRegistry.sol";
import {QualificationGate} from "../../src/QualificationGate.sol";
import {RepairBook} from "../../src/RepairBook.sol";
import {CapabilityClaim} from "../../src/types/CapabilityClaim.sol";
import {OrgId} from "../../src/types/OrgId.sol";
import {Purpose} from "../../src/types/Purpose.sol";
import {Roles} from "../../src/types/Roles.sol";
import {CreditFixture} from "./CreditFixture.sol";
import {AttestationRequest, AttestationRequestData, IEas, RevocationRequest, RevocationRequestData} from "./Eas.sol";

/// @title ScoreFixture
/// @notice The consortium with everything that the score needs: six members, five of which have an account and vote
abstract contract ScoreFixture is CreditFixture {
    string internal constant BODY_LEI = "5299000BODY00000BO31";
    string internal constant SECOND_LEI = "5299000SECOND000SE39";
    string internal constant PURCHASER_LEI = "5299000PURCHASE0PU77";
    OrgId internal immutable body = orgOf(BODY_LEI);
    OrgId internal immutable second = orgOf(SECOND_LEI);
    OrgId internal immutable purchaser = orgOf(PURCHASER_LEI);
    uint256 internal constant BODY_SECRET = 0x53;
    uint256 internal constant SECOND_SECRET = 0x54;
    uint256 internal constant PURCHASER_SECRET = 0x55;
    address internal constant ACCREDITOR = address(0xACC);

    uint48 internal constant DELAY = 1 hours;
    uint32 internal constant PERIOD = 7 days;
    uint8 internal constant QUORUM_PERCENT = 50;
    uint256 internal constant TIMELOCK_DELAY = 2 days;
    string internal constant POLICY_NAME = "balanced-2026";
    bytes32 internal constant POLICY = keccak256("the policy");
    bytes32 internal constant SCOPE = keccak256("kiln temperature");
    bytes32 internal constant CHARACTERISTIC = keccak256("bore diameter");

    OrgAccount internal bodyAccount;
    OrgAccount internal secondAccount;
    OrgAccount internal purchaserAccount;
    MemberVotes internal votes;
    MemberGovernor internal governor;
    MemberTimelock internal timelock;
    PolicyRegistry internal policies;
    PolicyCreditResolver internal credits;
    CapabilityResolver internal capabilities;
    AccreditationRegistry internal accreditations;
    RepairBook internal repairs;
    ObjectionBook internal objections;
    QualificationGate internal gate;
    bytes32 internal capabilitySchema;
    OrgAccount[5] internal voters;
    uint256[5] internal secrets =
        [SUPPLIER_OPERATOR_SECRET, SCORER_OPERATOR_SECRET, BODY_SECRET, SECOND_SECRET, PURCHASER_SECRET];

    function setUp() public virtual override {
        super.setUp();
        bodyAccount = join(body, BODY_LEI, Roles.ACCREDITED_BODY, BODY_SECRET);
        secondAccount = join(second, SECOND_LEI, Roles.SCORER, SECOND_SECRET);
        purchaserAccount = join(purchaser, PURCHASER_LEI, Roles.PURCHASER, PURCHASER_SECRET);
        voters = [supplierAccount, scorerAccount, bodyAccount, secondAccount, purchaserAccount];
        votes = new MemberVotes(registry);
        governor = new MemberGovernor(votes, DELAY, PERIOD, QUORUM_PERCENT, TIMELOCK_DELAY);
        timelock = MemberTimelock(payable(governor.timelock()));
        policies = new PolicyRegistry(registry, address(timelock));
        IAttestations published = IAttestations(address(eas));
        credits = new PolicyCreditResolver(published, evidenceLog, policies);
        capabilities = new CapabilityResolver(published, evidenceLog);
        accreditations = new AccreditationRegistry(registry, 2 days, ADMIN, ACCREDITOR);
        repairs = new RepairBook(accreditations, 3, 2);
        objections = new ObjectionBook(published, registry);
        gate = new QualificationGate(credits, capabilities, repairs);
        capabilitySchema = schemas.register(capabilities.schema(), address(capabilities), true);
        schemas.register(credits.schema(), address(credits), true);
        vm.warp(START + 1);
    }

    function join(OrgId org, string memory lei, uint256 roles, uint256 secret) internal returns (OrgAccount account) {
        account = new OrgAccount(registry, org);
        vm.startPrank(ENROLLER);
        registry.enrol(org, lei, "Member", "", roles);
        registry.setAccount(org, address(account));
        addKey(org, vm.addr(secret), Purpose.ATTEST);
        vm.stopPrank();
    }

    /// @dev As the organisation of the account.
    function act(OrgAccount account, uint256 secret, address target, bytes memory data)
        internal
        returns (bytes memory)
    {
        vm.prank(vm.addr(secret));
        return account.execute(target, 0, data);
    }

    /// @dev The next act must fail with exactly this reason.
    function refuseAct(OrgAccount account, uint256 secret, address target, bytes memory data, bytes memory reason)
        internal
    {
        vm.prank(vm.addr(secret));
        vm.expectRevert(reason);
        account.execute(target, 0, data);
    }

    function proposal(address target, bytes memory data)
        internal
        pure
        returns (address[] memory targets, uint256[] memory values, bytes[] memory calls)
    {
        (targets, values, calls) = (new address[](1), new uint256[](1), new bytes[](1));
        (targets[0], calls[0]) = (target, data);
    }

    function propose(address target, bytes memory data, string memory why) internal returns (uint256 id) {
        (address[] memory targets, uint256[] memory values, bytes[] memory calls) = proposal(target, data);
        bytes memory call_ = abi.encodeCall(governor.propose, (targets, values, calls, why));
        return abi.decode(act(supplierAccount, SUPPLIER_OPERATOR_SECRET, address(governor), call_), (uint256));
    }

    function vote(uint256 voter, uint256 id, uint8 support) internal {
        act(voters[voter], secrets[voter], address(governor), abi.encodeCall(governor.castVote, (id, support)));
    }

    function queue(address target, bytes memory data, string memory why) internal {
        (address[] memory targets, uint256[] memory values, bytes[] memory calls) = proposal(target, data);
        governor.queue(targets, values, calls, keccak256(bytes(why)));
    }

    function execute(address target, bytes memory data, string memory why) internal {
        (address[] memory targets, uint256[] memory values, bytes[] memory calls) = proposal(target, data);
        governor.execute(targets, values, calls, keccak256(bytes(why)));
    }

    /// @dev Proposed, voted by three of six, queued, and waited for.
    function decideUpToExecution(address target, bytes memory data, string memory why) internal {
        uint256 id = propose(target, data, why);
        vm.warp(block.timestamp + DELAY + 1);
        for (uint256 voter = 0; voter < 3; ++voter) {
            vote(voter, id, 1);
        }
        vm.warp(block.timestamp + PERIOD);
        queue(target, data, why);
        vm.warp(block.timestamp + TIMELOCK_DELAY);
    }

    function decide(address target, bytes memory data, string memory why) internal {
        decideUpToExecution(target, data, why);
        execute(target, data, why);
    }

    function document(bytes32 policyHash, uint32 version) internal view returns (PolicyDocument memory) {
        return PolicyDocument({
            policyHash: policyHash,
            name: POLICY_NAME,
            version: version,
            uri: "ipfs://bafy",
            validFrom: uint64(block.timestamp),
            validUntil: uint64(block.timestamp + 2 * 365 days)
        });
    }

    function submit(PolicyDocument memory given) internal returns (bytes32) {
        bytes memory call_ = abi.encodeCall(policies.submit, (given));
        return abi.decode(act(scorerAccount, SCORER_OPERATOR_SECRET, address(policies), call_), (bytes32));
    }

    /// @dev By vote, which takes its time.
    function adopt(PolicyDocument memory given) internal returns (bytes32 id) {
        id = submit(given);
        decide(address(policies), abi.encodeCall(policies.adopt, (id)), string(abi.encodePacked("adopt ", id)));
    }

    function month(bytes32 characteristic, uint32 number, int64 cpk, int64 upper)
        internal
        view
        returns (AttestationRequestData memory request)
    {
        request.recipient = address(supplierAccount);
        request.revocable = true;
        request.data =
            abi.encode(CapabilityClaim(supplier, characteristic, number, 50, cpk, upper, supplier, SIZE, ROOT));
    }

    function attestMonth(AttestationRequestData memory request) internal returns (bytes32) {
        bytes memory call_ = abi.encodeCall(IEas.attest, (AttestationRequest(capabilitySchema, request)));
        return abi.decode(act(scorerAccount, SCORER_OPERATOR_SECRET, address(eas), call_), (bytes32));
    }

    function revokeMonth(bytes32 uid) internal {
        bytes memory call_ =
            abi.encodeCall(IEas.revoke, (RevocationRequest(capabilitySchema, RevocationRequestData(uid, 0))));
        act(scorerAccount, SCORER_OPERATOR_SECRET, address(eas), call_);
    }

    function rule(CapabilityRule kind, bytes32 characteristic) internal pure returns (GateRule memory given) {
        given.rule = kind;
        given.characteristics = new bytes32[](1);
        given.characteristics[0] = characteristic;
    }

    function setRule(GateRule memory given) internal {
        act(purchaserAccount, PURCHASER_SECRET, address(gate), abi.encodeCall(gate.setRule, (supplier, given)));
    }
}
