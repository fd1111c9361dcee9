// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {CreditResolver} from "../../src/CreditResolver.sol";
import {IAttestations} from "../../src/interfaces/IAttestations.sol";
import {OrgAccount} from "../../src/OrgAccount.sol";
import {CreditClaim} from "../../src/types/CreditClaim.sol";
import {OrgId} from "../../src/types/OrgId.sol";
import {
    AttestationRequest,
    AttestationRequestData,
    IEas,
    ISchemas,
    RevocationRequest,
    RevocationRequestData
} from "./Eas.sol";
import {Fixture} from "./Fixture.sol";

/// @title CreditFixture
/// @notice The consortium with the published EAS, the resolver and one anchored head
abstract contract CreditFixture is Fixture {
    IEas internal eas;
    ISchemas internal schemas;
    CreditResolver internal resolver;
    bytes32 internal schema;
    bytes32 internal constant ROOT = keccak256("a head of the supplier");
    uint64 internal constant SIZE = 7;

    function setUp() public virtual override {
        super.setUp();
        schemas = ISchemas(deploy("contracts/generated/eas/SchemaRegistry.json", ""));
        eas = IEas(deploy("contracts/generated/eas/EAS.json", abi.encode(schemas)));
        resolver = new CreditResolver(IAttestations(address(eas)), evidenceLog);
        schema = schemas.register(resolver.schema(), address(resolver), true);
        vm.prank(SUPPLIER_ANCHOR);
        evidenceLog.anchor(supplier, SIZE, ROOT, new bytes32[](0));
    }

    /// @dev A claim that is right in every respect; tests break one thing at a time.
    function goodClaim() internal view returns (CreditClaim memory claim) {
        claim.subject = supplier;
        claim.policy = keccak256("policy");
        claim.points = 81_250_000;
        claim.low = 78_000_000;
        claim.high = 84_000_000;
        claim.band = 2;
        claim.inputs = keccak256("inputs");
        claim.card = keccak256("card");
        claim.headOrgs = new OrgId[](1);
        claim.headOrgs[0] = supplier;
        claim.headSizes = new uint64[](1);
        claim.headSizes[0] = SIZE;
        claim.headRoots = new bytes32[](1);
        claim.headRoots[0] = ROOT;
    }

    function goodRequest() internal view returns (AttestationRequestData memory) {
        return requestFor(goodClaim());
    }

    function requestFor(CreditClaim memory claim) internal view returns (AttestationRequestData memory request) {
        request.recipient = address(supplierAccount);
        request.expirationTime = uint64(block.timestamp + 90 days);
        request.revocable = true;
        request.data = encode(claim);
    }

    /// @dev The fields one after the other, as the schema says and every EAS client encodes them.
    function encode(CreditClaim memory claim) internal pure returns (bytes memory) {
        bytes memory numbers = abi.encode(claim.points, claim.low, claim.high, claim.band, claim.state);
        uint256 sizesAt = 12 * 32 + 32 * (1 + claim.headOrgs.length);
        uint256 rootsAt = sizesAt + 32 * (1 + claim.headSizes.length);
        bytes memory words = bytes.concat(
            abi.encode(claim.subject, claim.policy),
            numbers,
            abi.encode(claim.inputs, claim.card, 12 * 32, sizesAt, rootsAt)
        );
        bytes memory orgs = abi.encodePacked(claim.headOrgs.length, claim.headOrgs);
        bytes memory sizes = abi.encodePacked(claim.headSizes.length, claim.headSizes);
        return bytes.concat(words, orgs, sizes, abi.encodePacked(claim.headRoots.length, claim.headRoots));
    }

    function attest(AttestationRequestData memory request) internal returns (bytes32) {
        return attestAs(scorerAccount, SCORER_OPERATOR_SECRET, request);
    }

    function attestAs(OrgAccount account, uint256 secret, AttestationRequestData memory request)
        internal
        returns (bytes32)
    {
        bytes memory call_ = abi.encodeCall(IEas.attest, (AttestationRequest(schema, request)));
        vm.prank(vm.addr(secret));
        return abi.decode(account.execute(address(eas), 0, call_), (bytes32));
    }

    function revoke(bytes32 uid) internal {
        bytes memory call_ =
            abi.encodeCall(IEas.revoke, (RevocationRequest(schema, RevocationRequestData(uid, 0))));
        vm.prank(vm.addr(SCORER_OPERATOR_SECRET));
        scorerAccount.execute(address(eas), 0, call_);
    }

    /// @dev The next attestation must fail with exactly this reason.
    function refuse(AttestationRequestData memory request, bytes memory reason) internal {
        bytes memory call_ = abi.encodeCall(IEas.attest, (AttestationRequest(schema, request)));
        vm.prank(vm.addr(SCORER_OPERATOR_SECRET));
        vm.expectRevert(reason);
        scorerAccount.execute(address(eas), 0, call_);
    }
}
